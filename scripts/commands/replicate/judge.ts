import { bucketArn } from "@keyferry/common";
import { judgeReplication, type MissingPermission } from "../../../policy";
import type { BucketRule, Topology } from "../../../topology";
import type { ObjectLook } from "../../aws";
import type { ReplicationObstacle } from "../../engine/results";
import type { Replication } from "./context";
import type { ReplicationFacts } from "./facts";

/** The properties of an object that decide which IAM requests are evaluated. */
export interface JudgedObject extends Pick<
  ObjectLook,
  "encryption" | "keyArn" | "bucketKey" | "customerKey"
> {
  readonly key: string;
  readonly tagged: boolean;
}

export interface Judged {
  readonly obstacles: readonly ReplicationObstacle[];
  readonly unknown: readonly string[];
}

/** The statement with which a bucket of the foundation denies replicas that would not be under its key. */
const ONLY_UNDER_KEY = "NoReplicaWithoutKey";
/** The statement with which it denies replicas under customer-provided keys. */
const NO_CUSTOMER_KEY = "NoCustomerProvidedKey";

/** Evaluates whether the current policies allow the replication of an object. */
export function judgeObject(
  { partition }: Pick<Topology, "partition">,
  { rule, to }: Replication,
  facts: ReplicationFacts,
  { key, tagged, encryption, keyArn, bucketKey, customerKey = false }: JudgedObject,
): Judged {
  const { from } = rule;
  const replicaKey =
    facts.configuration?.rules.find(({ id }) => id === to.ruleId)?.replicaKey ?? facts.destinationKey?.arn;
  const algorithm = encryption ?? "AES256";
  const isUnderKey = algorithm.startsWith("aws:kms");
  const { missing, unknown } = judgeReplication(
    {
      partition,
      roleName: rule.role,
      key,
      tagged,
      deleteMarkers: rule.deleteMarkers,
      objectLock: facts.objectLock.source,
      customerKey,
      ownerOverride: from.account.id !== to.account.id,
      source: {
        account: from.account.id,
        region: from.region,
        bucketArn: bucketArn(partition, from.bucket),
        ...(isUnderKey && keyArn !== undefined ? { under: { keyArn, algorithm, bucketKey } } : {}),
      },
      destination: {
        account: to.account.id,
        region: to.region,
        bucketArn: bucketArn(partition, to.bucket),
        ...(isUnderKey && replicaKey !== undefined
          ? {
              under: {
                keyArn: replicaKey,
                algorithm,
                bucketKey: algorithm === "aws:kms" && facts.bucketKeys.destination,
              },
            }
          : {}),
      },
    },
    facts.documentsFor(keyArn),
  );
  const kept = missing.filter(({ statement }) => statement !== NO_CUSTOMER_KEY);
  const isRefused = (customerKey && !facts.takesCustomerKeys) || kept.length < missing.length;
  return {
    obstacles: [
      ...(isRefused ? [refusedKey({ rule, to })] : []),
      ...kept.map((one) => obstacleOf(one, rule)),
    ],
    unknown,
  };
}

/**
 * S3 keeps replicas under the keys that the objects' writers provided (SSE-C). Buckets block these unless their owner allows them,
 * and the bucket policies of the foundation deny them.
 */
function refusedKey({ rule: { from }, to }: Replication): ReplicationObstacle {
  const source = from.account.id;
  const again = `account ${source} must copy the object onto itself under ${from.key.alias}, with the key of its writer`;
  return {
    reason: "DstPutObjectNotPermitted",
    what: `the object is under a key that its writer provided (SSE-C), its replica would stay under that key, and ${to.bucket} refuses it`,
    fix: to.existing
      ? `${again}; or account ${to.account.id} allows ${to.bucket} to accept such replicas, which are not under its key (BlockedEncryptionTypes: NONE in its default encryption)`
      : again,
    account: source,
  };
}

function obstacleOf(missing: MissingPermission, rule: BucketRule): ReplicationObstacle {
  const source = rule.from.account.id;
  const { action, resource, reason, account, where, statement } = missing;
  if (statement === ONLY_UNDER_KEY) {
    return {
      ...{ reason, action, where, statement },
      what: "the object is encrypted with SSE-S3, and so would be its replica: the destination refuses it",
      fix: `account ${source} must re-encrypt the object under the key of its bucket first: ${reEncryption(rule)}`,
      account: source,
    };
  }
  return {
    ...{ reason, action, where, account, fix: missing.fix },
    ...(statement === undefined ? {} : { statement }),
    what: `${where}: ${action} on ${resource} is not allowed`,
  };
}

/** How to re-encrypt objects with SSE-S3 under their bucket's key, by the settings of the rule. */
function reEncryption({ name, from, existingObjects }: BucketRule): string {
  if (!from.existing) return "UpdateObjectEncryption, then keyferry replicate existing --failed";
  const commands = "keyferry replicate re-encrypt, then keyferry replicate existing";
  return existingObjects === "re-encrypt"
    ? commands
    : `set existingObjects of the rule ${name} to re-encrypt, npx keyferry deploy, ${commands}`;
}
