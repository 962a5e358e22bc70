import {
  PutBucketReplicationCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { policy } from "../../../lib/cloud";
import { DST, FRANKFURT, IRELAND, SRC, type Stage, startStage } from "./stage";

export const ROLE = `arn:aws:iam::${SRC}:role/replication`;
const SOURCE = "arn:aws:s3:::source";
export const TARGET = "arn:aws:s3:::target";
export const FOR_S3 = policy({ Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" });

export let stage: Stage;
let back: () => Promise<void>;
export let from: string;
export let to: string;

/** Call this once in a file: the stage of its tests, reset before each of them. */
export function useReplication(): void {
  beforeAll(async () => {
    stage = await startStage();
    await stage.bucket("source", SRC, IRELAND, true);
    await stage.bucket("target", DST, FRANKFURT, true);
    from = await stage.key();
    to = await stage.key(DST, FRANKFURT);
    role({});
    await openKey();
    await openBucket();
    back = await stage.prepared();
  });
  beforeEach(() => back());
  afterAll(() => stage.stop());
}

/** Statements of the role, as in the user guide; a given one replaces one of them. */
export function role(
  changed: Partial<Record<"source" | "objects" | "target" | "opens" | "closes", object>>,
): void {
  const statements = {
    source: { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: SOURCE },
    objects: {
      Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
      Resource: `${SOURCE}/*`,
    },
    target: {
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "s3:ObjectOwnerOverrideToBucketOwner",
      ],
      Resource: `${TARGET}/*`,
    },
    opens: via(IRELAND, from, ["kms:Decrypt"], [`${SOURCE}/*`, SOURCE]),
    closes: via(FRANKFURT, to, ["kms:Encrypt", "kms:Decrypt"], [`${TARGET}/*`, TARGET]),
    ...changed,
  };
  const own = {
    Version: "2012-10-17",
    Statement: Object.values(statements).map((one) => ({ Effect: "Allow", ...one })),
  };
  stage.moto.addRole(SRC, "replication", { trust: FOR_S3, policies: { own } });
  stage.forgetIdentities();
}

export function via(region: string, key: string, Action: string[], arns: string[]): object {
  const viaS3 = { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": arns };
  return { Action, Resource: key, Condition: { StringLike: viaS3 } };
}

export const NOTHING = { Action: "s3:ListAllMyBuckets", Resource: "*" };
const root = { AWS: `arn:aws:iam::${SRC}:root` };
export const openKey = (...Action: string[]) =>
  stage.keyPolicy(to, {
    Effect: "Allow",
    Principal: root,
    Action: Action.length === 0 ? ["kms:Encrypt", "kms:Decrypt"] : Action,
    Resource: "*",
  });
export const openBucket = (
  Action: string | string[] = ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"],
) =>
  stage.putPolicy(stage.s3(DST, FRANKFURT), "target", {
    Effect: "Allow",
    Principal: root,
    Action,
    Resource: `${TARGET}/*`,
  });

export const rule = (more: Partial<ReplicationRule> = {}, destination: object = {}): ReplicationRule => ({
  ID: "to-target",
  Priority: 1,
  Status: "Enabled",
  Filter: { Prefix: "" },
  DeleteMarkerReplication: { Status: "Enabled" },
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
  Destination: {
    Bucket: TARGET,
    Account: DST,
    AccessControlTranslation: { Owner: "Destination" },
    EncryptionConfiguration: { ReplicaKmsKeyID: to },
    ...destination,
  },
  ...more,
});
export const configure = (...Rules: ReplicationRule[]) =>
  stage.s3().send(
    new PutBucketReplicationCommand({
      Bucket: "source",
      ReplicationConfiguration: { Role: ROLE, Rules: Rules.length === 0 ? [rule()] : Rules },
    }),
  );

export const away = () => stage.s3(DST, FRANKFURT);
export const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  stage.put(stage.s3(), "source", Key, more);
export const underKey = () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: from }) as const;
export const statusOf = async (Key: string) =>
  (await stage.head(stage.s3(), "source", Key)).ReplicationStatus;
export const minutes = () => stage.clock.advance(600);
/** Writes an object under the source's key, and returns how its replication ended: its status, and S3's reason for a failure. */
export async function ended(Key = "a", more: Partial<PutObjectCommandInput> = underKey()): Promise<string> {
  await put(Key, more);
  await minutes();
  const [failure] = stage.composition.replicationFailures();
  return failure?.failureReason ?? String(await statusOf(Key));
}
