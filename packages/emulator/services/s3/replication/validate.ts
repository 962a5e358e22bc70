/**
 * What S3 refuses immediately in a replication configuration. Sources: S3 API reference, "PutBucketReplication"; texts
 * seen in public issues.
 */
import { AwsError } from "../../../contract";
import type { Bucket, S3State } from "../state";
import { bucketNamed } from "../buckets";
import { element, textOf } from "../xml";
import { kmsObjects, type ReadRule } from "./configuration";

const SEE_GUIDE = "Please refer to S3 Developer Guide for more information.";

/** A condition on one rule, and the error text for a rule that violates it. */
const RULES: readonly { readonly broken: (rule: ReadRule) => boolean; readonly text: string }[] = [
  {
    broken: ({ filtered, from }) => filtered && textOf(from, "Priority") === undefined,
    text: `Priority must be specified for this version of the Cross Region Replication configuration schema. ${SEE_GUIDE}`,
  },
  {
    broken: ({ filtered, from }) => filtered && from["DeleteMarkerReplication"] === undefined,
    text: `DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. ${SEE_GUIDE}`,
  },
  {
    broken: ({ filtered, from }) => !filtered && from["DeleteMarkerReplication"] !== undefined,
    text: `DeleteMarkerReplication cannot be used for this version of Cross Region Replication configuration schema. ${SEE_GUIDE}`,
  },
  {
    broken: ({ filtered, rule }) => filtered && rule.deleteMarkers && Object.keys(rule.tags).length > 0,
    text: `Delete marker replication is not supported if any Tag filter is specified. ${SEE_GUIDE}`,
  },
  {
    broken: ({ from }) =>
      from["SourceSelectionCriteria"] !== undefined &&
      Object.keys(element(from, "SourceSelectionCriteria")).length === 0,
    text: "SourceSelectionCriteria cannot be empty",
  },
  {
    broken: ({ rule }) => rule.kmsObjects && rule.destination.replicaKeyId === undefined,
    text: "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
  },
  {
    broken: ({ rule, from }) => rule.destination.replicaKeyId !== undefined && kmsObjects(from) === undefined,
    text: "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
  },
  {
    broken: ({ rule }) => rule.destination.ownerOverride && rule.destination.account === undefined,
    text: "Account must be specified if AccessControlTranslation is present.",
  },
  {
    broken: ({ from }) => {
      const destination = element(from, "Destination");
      return isOn(element(destination, "ReplicationTime")) && !isOn(element(destination, "Metrics"));
    },
    text: "Metrics must be enabled if ReplicationTime is enabled.",
  },
];

/**
 * @throws AwsError `InvalidRequest` for the first thing that S3 does not accept. The key of the replicas is not
 *   checked: with a wrong one every object fails.
 */
export function validateRules(state: S3State, bucket: Bucket, rules: readonly ReadRule[]): void {
  if (bucket.versioning !== "Enabled") {
    throw invalid("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  for (const rule of rules) {
    const broken = RULES.find((one) => one.broken(rule));
    if (broken !== undefined) throw invalid(broken.text);
  }
  refuseRepeated(
    rules.map(({ rule }) => rule.id),
    "Rule Id must be unique. Found same Id for more than one rule",
  );
  const filtered = rules.filter((rule) => rule.filtered);
  refuseRepeated(
    filtered.map(({ rule }) => String(rule.priority)),
    "Found duplicate priority. Priority must be unique for each rule",
  );
  for (const { rule } of rules) checkDestination(state, bucket, rule.destination);
}

function refuseRepeated(values: readonly string[], text: string): void {
  if (new Set(values).size !== values.length) throw invalid(text);
}

function checkDestination(
  state: S3State,
  source: Bucket,
  { bucket, account }: ReadRule["rule"]["destination"],
): void {
  const destination = bucketNamed(state, bucket);
  if (destination === undefined) throw invalid("Destination bucket must exist.");
  if (destination === source) throw invalid("Destination bucket cannot be the same as the source bucket.");
  if (destination.versioning !== "Enabled") throw invalid("Destination bucket must have versioning enabled.");
  if (account !== undefined && account !== destination.account)
    throw invalid("Account must be the owner of the destination bucket.");
}

function isOn(setting: Parameters<typeof textOf>[0]): boolean {
  return textOf(setting, "Status") === "Enabled";
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidRequest", message);
}
