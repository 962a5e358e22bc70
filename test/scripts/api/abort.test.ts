import http from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeImagesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { unlessAborted } from "../../../scripts/api/abort";
import { call, clientOf } from "../../../scripts/aws/client-config";

const CREDENTIALS = async () => ({ accessKeyId: "111111111111", secretAccessKey: "rehearsal" });
const SITE = { operation: "DescribeImages", account: "111111111111", region: "eu-west-1" };

/** An overloaded service, and the requests that it receives. */
async function overloaded(hear: () => void) {
  const server = http.createServer((_, response) => {
    hear();
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
}

test.each([
  { aborted: true, attempts: 1, code: "Interrupted" },
  { aborted: false, attempts: 4, code: "AwsCallFailed" },
])("a call that would otherwise be retried is not sent again after an abort: $aborted", async (expected) => {
  let requests = 0;
  const stop = new AbortController();
  const server = await overloaded(() => {
    requests += 1;
    if (expected.aborted) stop.abort();
  });
  const contact = { isMade: false };
  const client = clientOf(EC2Client, "eu-west-1", { credentials: CREDENTIALS, contact });
  let sent: Promise<unknown> = Promise.resolve();
  const work = () => (sent = call(SITE, () => client.send(new DescribeImagesCommand({}))));
  await expect(unlessAborted(stop.signal, work)).rejects.toMatchObject({ code: expected.code });
  await expect(sent).rejects.toMatchObject({ code: expected.code });
  expect(requests).toBe(expected.attempts);
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});
