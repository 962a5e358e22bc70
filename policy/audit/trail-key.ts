import { formatArn, viaService } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import { toReaders, toTrail, type TrailAccess } from "./trail-access";
import { logGroupArn } from "./trail-logs";

/** In a key policy, "this key". */
const THIS_KEY = ["*"];

const KEY_POLICY = "CloudTrail user guide, Configure AWS KMS key policies for CloudTrail";
const CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn";

/** The permission table: what the policy of the key of a trail's log files allows, in addition to its own account. */
export const TRAIL_KEY_ROWS: readonly PermissionRow<TrailAccess>[] = [
  {
    id: "CloudTrailDescribesKey",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "CloudTrail checks the key before it creates or changes the trail",
    source: `${KEY_POLICY}, Enable CloudTrail to describe KMS key properties`,
    grant: (access) => ({ ...toTrail(access), resources: THIS_KEY }),
  },
  {
    id: "CloudTrailEncryptsLogs",
    actions: ["kms:GenerateDataKey*"],
    basis: "enforced",
    why: "CloudTrail requests a data key for each log file on behalf of the trail, with a trail of the same account as encryption context; without this permission CloudTrail delivers nothing",
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
    why: "S3 decrypts log files for a role of another account that reads them, but only objects that have a trail as encryption context",
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
    why: "CloudWatch Logs in the Region encrypts the events of the trail's log group, and of no other log group, with the key",
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

/** The statements of the policy of the key of a trail's log files, for principals that the IAM policies of its own account do not cover. */
export function trailKeyPolicy(access: TrailAccess): readonly Statement[] {
  return statementsOf(TRAIL_KEY_ROWS, access);
}
