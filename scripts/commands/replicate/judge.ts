import { bucketArn } from "@keyferry/common";
import { judgeReplication, type MissingPermission } from "../../../policy";
import type { BucketRule, Topology } from "../../../topology";
import type { ObjectLook } from "../../aws";
import type { ReplicationObstacle } from "../../engine/results";
import type { Replication } from "./context";
import type { ReplicationFacts } from "./facts";

/** An object as far as it decides what is asked of IAM. */
export interface JudgedObject extends Pick<ObjectLook, "encryption" | "keyArn" | "bucketKey"> {
  readonly key: string;
  readonly tagged: boolean;
}

export interface Judged {
  readonly obstacles: readonly ReplicationObstacle[];
  readonly unknown: readonly string[];
}

/** The statement by which a bucket of the foundation refuses replicas that would not be under its key. */
const ONLY_UNDER_KEY = "NoReplicaWithoutKey";

/** What the policies say to the replication of an object now. */
export function judgeObject(
  { partition }: Pick<Topology, "partition">,
  { rule, to }: Replication,
  facts: ReplicationFacts,
  { key, tagged, encryption, keyArn, bucketKey }: JudgedObject,
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
  return { obstacles: missing.map((one) => obstacleOf(one, rule)), unknown };
}

function obstacleOf(missing: MissingPermission, rule: BucketRule): ReplicationObstacle {
  const source = rule.from.account.id;
  const { action, resource, reason, account, where, statement } = missing;
  if (statement === ONLY_UNDER_KEY) {
    return {
      ...{ reason, action, where, statement },
      what: "the object is under SSE-S3, and its replica would stay so: the destination refuses it",
      fix: `account ${source} must put the object under the key of its bucket first: ${reEncryption(rule)}`,
      account: source,
    };
  }
  return {
    ...{ reason, action, where, account, fix: missing.fix },
    ...(statement === undefined ? {} : { statement }),
    what: `${where}: ${action} on ${resource} is not allowed`,
  };
}

/** How objects under SSE-S3 get under their bucket's key, by what the rule asks for. */
function reEncryption({ name, from, existingObjects }: BucketRule): string {
  if (!from.existing) return "UpdateObjectEncryption, then keyferry replicate existing --failed";
  const commands = "keyferry replicate re-encrypt, then keyferry replicate existing";
  return existingObjects === "re-encrypt"
    ? commands
    : `set existingObjects of the rule ${name} to re-encrypt, npx keyferry deploy, ${commands}`;
}
