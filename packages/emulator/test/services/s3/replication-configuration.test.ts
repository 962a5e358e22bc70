import {
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { readRules } from "../../../services/s3/replication/configuration";
import type { XmlElement } from "../../../services/s3/xml";
import { DST, FRANKFURT, SRC, refusalOf } from "./lib/stage";
import { ROLE, TARGET, configure, rule, stage, useReplication } from "./lib/replication-stage";

/** PutBucketReplication. Source: S3 API reference. */

useReplication();

describe("a configuration", () => {
  const V2 = /^InvalidRequest: .* must be specified for this version of/;

  test("is returned as it was set, with every element", async () => {
    await configure();
    const { ReplicationConfiguration } = await stage
      .s3()
      .send(new GetBucketReplicationCommand({ Bucket: "source" }));
    expect(ReplicationConfiguration).toEqual({ Role: ROLE, Rules: [rule()] });
  });

  test.each<[string, () => ReplicationRule, RegExp | string]>([
    ["has no priority", () => rule({ Priority: undefined }), V2],
    ["does not mention delete markers", () => rule({ DeleteMarkerReplication: undefined }), V2],
    [
      "replicates delete markers by tag",
      () => rule({ Filter: { Tag: { Key: "a", Value: "b" } } }),
      /^InvalidRequest: Delete marker replication is not supported if any Tag filter is specified/,
    ],
    [
      "names no key for objects under keys",
      () => rule({}, { EncryptionConfiguration: undefined }),
      "InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
    ],
    [
      "has empty source selection criteria",
      () => rule({ SourceSelectionCriteria: {} }, { EncryptionConfiguration: undefined }),
      "InvalidRequest: SourceSelectionCriteria cannot be empty",
    ],
    [
      "names a key for no objects",
      () => rule({ SourceSelectionCriteria: undefined }),
      "InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
    ],
    [
      "includes existing objects",
      () => rule({ ExistingObjectReplication: { Status: "Enabled" } }),
      /^MalformedXML/,
    ],
    [
      "has a destination that does not exist",
      () => rule({}, { Bucket: "arn:aws:s3:::none" }),
      "InvalidRequest: Destination bucket must exist.",
    ],
    [
      "names another owner of the destination",
      () => rule({}, { Account: SRC }),
      "InvalidRequest: Account must be the owner of the destination bucket.",
    ],
  ])("that %s is refused", async (_what, made, refusal) => {
    expect(await refusalOf(configure(made()))).toMatch(refusal);
  });

  test("requires versioning on both sides", async () => {
    await stage.bucket("plain");
    await stage.bucket("plain-target", DST, FRANKFURT);
    const Rules = [rule({}, { Bucket: "arn:aws:s3:::plain-target" })];
    const call = (Bucket: string) =>
      refusalOf(
        stage
          .s3()
          .send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role: ROLE, Rules } })),
      );
    expect(await call("plain")).toBe(
      "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    );
    expect(await call("source")).toBe("InvalidRequest: Destination bucket must have versioning enabled.");
  });

  test("can be set by callers that may pass the role to S3", async () => {
    const put = async (name: string, ...statements: object[]) => {
      const caller = stage.s3(
        await stage.roleWith(name, { Action: "s3:PutReplicationConfiguration" }, ...statements),
      );
      const configuration = { Role: ROLE, Rules: [rule()] };
      return refusalOf(
        caller.send(
          new PutBucketReplicationCommand({ Bucket: "source", ReplicationConfiguration: configuration }),
        ),
      );
    };
    const pass = (service: string) => ({
      Action: "iam:PassRole",
      Resource: ROLE,
      Condition: { StringEquals: { "iam:PassedToService": service } },
    });
    expect(await put("none")).toMatch(/perform: iam:PassRole/);
    expect(await put("other", pass("ec2.amazonaws.com"))).toMatch(/perform: iam:PassRole/);
    expect(await put("right", pass("s3.amazonaws.com"))).toBe("none");
  });
});

test.each<[string, XmlElement]>([
  ["a filter with Not", { Filter: { Not: { Prefix: "tmp/" } } }],
  [
    "the source's multi-Region key for replicas",
    {
      Filter: {},
      Destination: {
        Bucket: TARGET,
        EncryptionConfiguration: { UseSourceMultiRegionKey: { Status: "Enabled" } },
      },
    },
  ],
])("%s is refused as not modelled, and never taken for a rule without it", (_what, more) => {
  const Rule = [{ Status: "Enabled", Destination: { Bucket: TARGET }, ...more }];
  expect(() => readRules({ Role: ROLE, Rule })).toThrow(expect.objectContaining({ name: "NotImplemented" }));
});
