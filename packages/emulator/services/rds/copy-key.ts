/** The key of a copy of a DB snapshot, and whether the caller may use both keys. */
import { formatArn, keyArn, partitionOf } from "@keyferry/common";
import { AwsError, type Call, type Cloud, type KeyView } from "../../contract";
import { currentKey } from "../ec2/encryption/needs";
import { text } from "../ec2/input";
import { invalidCombination, invalidValue } from "./input";
import type { DbSnapshot } from "./state";
import { encryptionType } from "./wire";

/** The permissions that RDS requires of the caller for a key. Source: RDS user guide, "Encrypting Amazon RDS resources". */
const NEEDED = ["kms:DescribeKey", "kms:CreateGrant"] as const;
/** The AWS managed key of RDS, by its alias or its alias ARN. */
const DEFAULT_KEY = /(^|:)alias\/aws\/rds$/;

/**
 * ARN of the key of a copy; undefined for an unencrypted one. RDS checks both keys before it accepts a copy. Sources:
 * RDS API reference, "CopyDBSnapshot" and "CopyDBClusterSnapshot"; AWS's texts as public issues quote them.
 * @throws KMSKeyNotAccessibleFault unless both keys exist and the caller may use them
 */
export async function copyKey(call: Call, cloud: Cloud, source: DbSnapshot): Promise<string | undefined> {
  const named = text(call.input, "KmsKeyId");
  if (named === undefined) refuseWithoutKey(call, source);
  else if (source.keyArn === undefined) refuseEncrypting(source);
  if (source.keyArn !== undefined) {
    const key = currentKey(cloud, source.keyArn);
    if (!(await isUsable(call, cloud, key, source))) throw notAccessible("source snapshot", source.keyArn);
  }
  if (named === undefined) return source.keyArn;
  const key = keyOf(call, cloud, named);
  if (key?.region !== call.region || !(await isUsable(call, cloud, key, source))) {
    throw notAccessible("target", key?.arn ?? arnOf(call, named));
  }
  return key.arn;
}

/** @throws KMSKeyNotAccessibleFault, InvalidParameterValue for an encrypted source whose key the copy cannot keep */
function refuseWithoutKey(call: Call, source: DbSnapshot): void {
  if (source.keyArn === undefined) return;
  if (source.owner !== call.caller.account) throw notAccessible("target", undefined);
  if (source.region !== call.region)
    throw invalidValue("Must specify new KMS key for cross region encrypted snapshot copy.");
}

/** @throws InvalidParameterCombination, or UnsupportedOperation where AWS's behaviour is not known */
function refuseEncrypting(source: DbSnapshot): void {
  if (source.of === "instance") return;
  if (encryptionType(source) === "sse-rds") {
    throw new AwsError(
      "UnsupportedOperation",
      "The rehearsal cloud does not know what RDS does with KmsKeyId for a DB cluster snapshot under a key that AWS owns (sse-rds).",
    );
  }
  throw invalidCombination("You can't specify KmsKeyId when you copy an unencrypted DB cluster snapshot.");
}

function keyOf(call: Call, cloud: Cloud, named: string): KeyView | undefined {
  const { account } = call.caller;
  if (DEFAULT_KEY.test(named)) return cloud.keys.managed("aws/rds", account, call.region);
  return cloud.keys.find(named, account, call.region);
}

async function isUsable(
  call: Call,
  cloud: Cloud,
  key: KeyView | undefined,
  { resourceId }: DbSnapshot,
): Promise<boolean> {
  if (key?.state !== "Enabled") return false;
  for (const action of NEEDED) {
    const encryptionContext = action === "kms:DescribeKey" ? undefined : { "aws:rds:db-id": resourceId };
    const verdict = await cloud.keys.allows(call.caller, action, key, { service: "rds", encryptionContext });
    if (!verdict.allowed) return false;
  }
  return true;
}

function notAccessible(which: "source snapshot" | "target", arn: string | undefined): AwsError {
  return new AwsError(
    "KMSKeyNotAccessibleFault",
    `The ${which} KMS key [${arn ?? "None"}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}

/** The ARN that a key would have, from the name that was given for it. */
function arnOf({ caller, region }: Call, named: string): string {
  if (named.startsWith("arn:")) return named;
  if (!named.startsWith("alias/")) return keyArn(region, caller.account, named);
  return formatArn({
    partition: partitionOf(region),
    service: "kms",
    region,
    account: caller.account,
    resource: named,
  });
}
