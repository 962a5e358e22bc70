import http from "node:http";
import type { AddressInfo } from "node:net";
import { AwsTime } from "../../../scripts/aws/aws-time";
import { imagesPort } from "../../../scripts/aws/images";
import { Stage } from "../fake-aws/stage";

describe("AWS's time", () => {
  it("is the time of the last response, even if this machine's clock is wrong", async () => {
    const server = http.createServer((_request, response) => {
      response.statusCode = 400;
      response.setHeader("date", "Thu, 01 Jan 2026 12:00:00 GMT");
      response.end("<Response><Errors><Error><Code>Refused</Code></Error></Errors></Response>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let machine = Date.parse("2031-05-05T00:00:00Z");
    const awsTime = new AwsTime({ now: () => machine });
    expect(awsTime.now().toISOString()).toBe("2031-05-05T00:00:00.000Z");
    const credentials = async () => ({ accessKeyId: "111111111111", secretAccessKey: "rehearsal" });
    // If its clock is wrong, the SDK retries.
    const time = { now: () => machine, sleep: async (seconds: number) => void (machine += seconds * 1000) };
    const port = imagesPort(new Stage().source, { credentials, awsTime, time });
    await expect(port.deleteSnapshot("snap-1")).rejects.toThrow("Refused");
    machine += 60_000;
    expect(awsTime.now().toISOString()).toBe("2026-01-01T12:01:00.000Z");
    delete process.env["AWS_ENDPOINT_URL"];
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it("is not set by a response without a time", () => {
    const awsTime = new AwsTime({ now: () => 1000 });
    for (const date of [undefined, "", "soon"]) awsTime.hear(date);
    expect(awsTime.now().getTime()).toBe(1000);
  });
});
