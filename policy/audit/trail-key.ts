import { formatArn, viaService } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import { toReaders, toTrail, type TrailAccess } from "./trail-access";
import { logGroupArn } from "./trail-logs";

/** In a key policy, "this key". */
const THIS_KEY = ["*"];

const KEY_POLICY = "CloudTrail user guide, Configure AWS KMS key policies for CloudTrail";
const CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn";

/** The permission table: what the key of a trail's log files lets in besides its own account. */
export const TRAIL_KEY_ROWS: readonly PermissionRow<TrailAccess>[] = [
  {
    id: "CloudTrailDescribesKey",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "CloudTrail looks at the key before it makes or changes the trail",
    source: `${KEY_POLICY}, Enable CloudTrail to describe KMS key properties`,
    grant: (access) => ({ ...toTrail(access), resources: THIS_KEY }),
  },
  {
    id: "CloudTrailEncryptsLogs",
    actions: ["kms:GenerateDataKey*"],
    basis: "enforced",
    why: "each log file gets a data key, in the name of the trail and with a trail of the same account as encryption context; without it CloudTrail delivers nothing",
    source: `${KEY_POLICY}, Granting encrypt permissions for trails`,
    grant: (access) => {
      const { partition, account } = access;
      const { principal, conditions } = toTrail(access);
      const trails = formatArn({
        ...{ partition, service: "cloudtrail", region: "*", account, resource: "trail/*" },
      });
      return {
        principal,
        resources: THIS_KEY,
        conditions: { ...conditions, StringLike: { [CONTEXT]: [trails] } },
      };
    },
  },
  {
    id: "ReadersDecryptLogs",
    actions: ["kms:Decrypt"],
    basis: "enforced",
    why: "S3 decrypts log files for a role of another account that reads them, and nothing that has no trail as encryption context",
    source: `${KEY_POLICY}, Granting decrypt permissions for trails`,
    grant: (access) => {
      if (access.readers.length === 0) return undefined;
      const { principal, conditions } = toReaders(access);
      return {
        principal,
        resources: THIS_KEY,
        conditions: {
          ...conditions,
          StringEquals: { "kms:ViaService": [viaService("s3", access.region)] },
          Null: { [CONTEXT]: ["false"] },
        },
      };
    },
  },
  {
    id: "LogsEncryptEvents",
    actions: [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    basis: "enforced",
    why: "CloudWatch Logs of the Region keeps the events of the trail's log group, and of no other, under the key",
    source:
      "CloudWatch Logs user guide, Encrypt log data in CloudWatch Logs using AWS Key Management Service",
    grant: (access) => {
      const group = logGroupArn(access);
      if (group === undefined) return undefined;
      return {
        principal: { Service: [`logs.${access.region}.amazonaws.com`] },
        resources: THIS_KEY,
        conditions: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": [group] } },
      };
    },
  },
];

/** The statements of the key of a trail's log files, for those that its own account does not decide about by IAM. */
export function trailKeyPolicy(access: TrailAccess): readonly Statement[] {
  return statementsOf(TRAIL_KEY_ROWS, access);
}
