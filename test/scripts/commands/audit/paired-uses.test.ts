import { readTrailRecord } from "../../../../scripts/aws/trail-record";
import { pairedUses } from "../../../../scripts/commands/audit/paired-uses";

const KEY = { name: "builder/eu-west-1/transit", arn: "arn:aws:kms:eu-west-1:111111111111:key/transit" };

/** A record as the KMS developer guide shows it. */
const record = (more: object) =>
  readTrailRecord({
    ...{ eventSource: "kms.amazonaws.com", eventTime: "2026-11-29T12:00:00Z", awsRegion: "eu-west-1" },
    ...{ eventName: "CreateGrant", eventID: "1", recipientAccountId: "111111111111" },
    requestParameters: { constraints: { encryptionContextSubset: { "aws:ebs:id": "snap-1" } } },
    ...more,
  });

test("a call on another account's key is one use, with the caller from the record of the caller's account", () => {
  const shared = { sharedEventID: "pair" };
  const owners = record({ ...shared, userIdentity: { type: "AWSAccount", accountId: "222222222222" } });
  const callers = record({
    ...{ ...shared, eventID: "2", recipientAccountId: "222222222222" },
    userIdentity: {
      type: "AssumedRole",
      accountId: "222222222222",
      arn: "arn:of:caller",
      invokedBy: "AWS Internal",
    },
  });
  expect(pairedUses(KEY, [owners, callers, owners])).toEqual([
    {
      ...{ at: "2026-11-29T12:00:00Z", operation: "CreateGrant", key: KEY.name, keyArn: KEY.arn },
      by: { type: "AssumedRole", account: "222222222222", arn: "arn:of:caller", through: "AWS Internal" },
      encryptionContext: { "aws:ebs:id": "snap-1" },
      ...{ seenIn: ["222222222222", "111111111111"], eventIds: ["2", "1"], sharedEventId: "pair" },
    },
  ]);
});

test("calls that only read or change a key are not uses, and neither are calls of other services", () => {
  const others = ["DescribeKey", "GetKeyPolicy", "ListGrants", "PutKeyPolicy", "DisableKey"];
  expect(
    pairedUses(
      KEY,
      others.map((eventName) => record({ eventName })),
    ),
  ).toEqual([]);
  expect(pairedUses(KEY, [record({ eventSource: "ec2.amazonaws.com" })])).toEqual([]);
});

test("uses are in order of time, those of one second in the order of the history", () => {
  const later = record({ eventID: "3", eventName: "Decrypt", eventTime: "2026-11-29T12:00:01Z" });
  const second = record({ eventID: "2", eventName: "ReEncryptTo" });
  const uses = pairedUses(KEY, [later, second, record({})]);
  expect(uses.map(({ eventIds }) => eventIds[0])).toEqual(["1", "2", "3"]);
});

test("both encryption contexts of a ReEncrypt are reported", () => {
  const [use] = pairedUses(KEY, [
    record({
      eventName: "ReEncrypt",
      requestParameters: {
        sourceEncryptionContext: { "aws:ebs:id": "snap-1" },
        destinationEncryptionContext: { "aws:s3:arn": "arn:aws:s3:::b" },
      },
    }),
  ]);
  expect(use?.encryptionContext).toEqual({ "aws:ebs:id": "snap-1", "aws:s3:arn": "arn:aws:s3:::b" });
});
