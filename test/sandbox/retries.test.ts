import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DescribeSpotPriceHistoryCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateCustomKeyStoreCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { PutBucketAccelerateConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { administratorOf, REGION, SRC, startTestCloud, type TestCloud } from "./lib/cloud";

/** Counts what passes to the cloud. */
let calls = 0;
let cloud: TestCloud;
const counter = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
  calls += 1;
  const { method, headers, url } = incoming;
  const onward = request(`${cloud.url}${url}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(onward);
});

beforeAll(async () => {
  cloud = await startTestCloud();
  await new Promise<void>((resolve) => counter.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  counter.closeAllConnections();
  counter.close();
  await cloud.stop();
});
beforeEach(() => {
  calls = 0;
});

const settings = () => ({
  endpoint: `http://127.0.0.1:${(counter.address() as AddressInfo).port}`,
  region: REGION,
  credentials: administratorOf(SRC),
  maxAttempts: 5,
});

test.each([
  [
    "EC2",
    "UnsupportedOperation",
    () => new EC2Client(settings()).send(new DescribeSpotPriceHistoryCommand({})),
  ],
  [
    "KMS",
    "UnsupportedOperation",
    () => new KMSClient(settings()).send(new CreateCustomKeyStoreCommand({ CustomKeyStoreName: "none" })),
  ],
  [
    "S3",
    "NotImplemented",
    () =>
      new S3Client({ ...settings(), forcePathStyle: true }).send(
        new PutBucketAccelerateConfigurationCommand({
          Bucket: "bucket",
          AccelerateConfiguration: { Status: "Enabled" },
        }),
      ),
  ],
])("what %s refuses with %s is asked once, not five times", async (_service, code, send) => {
  await expect(send()).rejects.toMatchObject({ name: code });
  expect(calls).toBe(1);
});

test("what is throttled is asked again", async () => {
  await cloud.control("PUT", "faults", {
    faults: [{ service: "kms", times: 1, effect: { kind: "throttle" } }],
  });
  const { Keys } = await new KMSClient(settings()).send(new ListKeysCommand({}));
  expect(Keys).toEqual([]);
  expect(calls).toBe(2);
});
