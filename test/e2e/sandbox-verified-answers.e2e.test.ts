import { useWorkplace } from "./lib/procedures";

/** Answers that moto's AWS-verified tests have from AWS; docs/rehearsal-judged.md has the whole list. */

jest.setTimeout(240_000);

const place = useWorkplace();
let seen: any;
beforeAll(async () => {
  seen = await place.boto3("verified_client.py");
});

test("KMS encrypts 1 to 4096 bytes, and says which bound was broken", () => {
  const said =
    "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length";
  expect(seen.encryption).toEqual({
    empty: { code: "ValidationException", message: `${said} greater than or equal to 1` },
    long: { code: "ValidationException", message: `${said} less than or equal to 4096` },
    longest: true,
  });
});

test("a copied object has a checksum by the algorithm asked for or the source's, and its redirect", () => {
  expect(seen.objects).toMatchObject({
    kept: "qz0H8xacy9DtbEtF3iFRn5+TjHLSQSSZiquUnOg7tRs=",
    asked: [expect.any(String), null],
    redirect: "/a",
  });
});

test("S3's errors name the key and the condition", () => {
  const { missing, unchanged } = seen.objects;
  expect(missing).toEqual({ Code: "NoSuchKey", Key: "none", Condition: null });
  const Condition = "x-amz-copy-source-If-None-Match";
  expect(unchanged).toEqual({ Code: "PreconditionFailed", Key: null, Condition });
});

test("an upload that is completed twice is answered as the first time, and is not another key's", () => {
  expect(seen.objects).toMatchObject({ completed: true, elsewhere: "NoSuchUpload" });
});

test("a queue is tagged with a map, is found by its name, and takes batches of 1 MiB", () => {
  expect(seen.queues).toEqual({
    tags: { team: "web" },
    unknown: "AWS.SimpleQueueService.NonExistentQueue",
    byName: true,
    long: "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
  });
});

test("a database's managed password is under the account's own AWS managed key", () => {
  expect(seen.databases).toEqual({ ownKey: true });
});

test("launch templates are refused in AWS's words", () => {
  expect(seen.templates).toEqual({
    nothing: "MissingParameter",
    number: expect.stringContaining("for ‘--versions’ specify ‘$Latest’, ‘$Default’, or both"),
    missing: "At least one of the launch templates specified in the request does not exist.",
    both: "Either provide launch template ID or launch template name to modify the template.",
    version: "The launch template version 2 is not found for the specified launch template.",
  });
});

test("a group shows its template by id and name, a version only where it was given one, and defaults", () => {
  expect(seen.scaling).toEqual({
    alone: ["LaunchTemplateId", "LaunchTemplateName"],
    mixed: ["LaunchTemplateId", "LaunchTemplateName"],
    overrides: [],
    distribution: {
      OnDemandAllocationStrategy: "prioritized",
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: "lowest-price",
      SpotInstancePools: 2,
    },
    unnamed: "Valid requests must contain either launchTemplateId or LaunchTemplateName",
    unknown: "AutoScalingGroup name not found - null",
  });
});

test("a bucket's configurations of metrics, inventory, analytics and tiering are kept by id, for whoever may", () => {
  const configuration = { Id: "all", Filter: { Prefix: "a/" } };
  expect(seen.configurations).toEqual({
    denied: "AccessDenied",
    shown: configuration,
    listed: [configuration],
    otherId: "InvalidArgument",
    gone: "NoSuchConfiguration",
    none: ["NoSuchConfiguration", "NoSuchConfiguration", "NoSuchConfiguration"],
  });
});

test("IAM keeps the account's alias for whoever may set it, and says with every list whether there is more", () => {
  expect(seen.identities).toEqual({
    denied: "AccessDenied",
    alias: ["ours"],
    truncated: [false, false, false],
  });
});
