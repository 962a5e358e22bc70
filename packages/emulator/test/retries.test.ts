import { DescribeSpotPriceHistoryCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateCustomKeyStoreCommand, KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { PutBucketAccelerateConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { administratorOf, REGION, SRC, startTestCloud, type TestCloud } from "./lib/cloud";
import { startCounter, type Counter } from "./lib/counter";

let cloud: TestCloud;
let counter: Counter;
beforeEach(async () => {
  cloud = await startTestCloud();
  counter = await startCounter(cloud.url);
});
afterEach(async () => {
  counter.stop();
  await cloud.stop();
});

const settings = () => ({
  endpoint: counter.url,
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
])("%s: a refusal with %s is not retried", async (_service, code, send) => {
  await expect(send()).rejects.toMatchObject({ name: code });
  expect(counter.asked).toHaveLength(1);
});

test("a throttled call is retried", async () => {
  await cloud.control("PUT", "faults", {
    faults: [{ service: "kms", times: 1, effect: { kind: "throttle" } }],
  });
  const { Keys } = await new KMSClient(settings()).send(new ListKeysCommand({}));
  expect(Keys).toEqual([]);
  expect(counter.asked).toEqual(["ListKeys", "ListKeys"]);
});
