import http from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { clientOf } from "../../../scripts/aws/client-config";
import { Pace, PACE } from "../../../scripts/aws/pace";

const CREDENTIALS = async () => ({ accessKeyId: "111111111111", secretAccessKey: "rehearsal" });

describe("the configuration of every client", () => {
  it("retries a call without a response and then fails, instead of waiting forever", async () => {
    let requests = 0;
    const server = http.createServer(() => void (requests += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = clientOf(
      EC2Client,
      "eu-west-1",
      { credentials: CREDENTIALS },
      {
        retryStrategy: new Pace(undefined, { ...PACE, passingAttempts: 2, passingPause: 0 }),
        requestHandler: { connectionTimeout: 5_000, requestTimeout: 50, throwOnRequestTimeout: true },
      },
    );
    await expect(client.send(new DescribeImagesCommand({}))).rejects.toMatchObject({ code: "ETIMEDOUT" });
    expect(requests).toBe(2);
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
