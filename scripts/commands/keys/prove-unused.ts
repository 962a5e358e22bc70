import type { RememberedKey } from "../../../topology";
import { isAwsError, KEY_USE_KINDS, type KeyEvidence, type KeyUseKind } from "../../aws";
import type { UnusedProof, UseRefusal } from "../../engine/results";
import { aliasesOf, keyName, placeOf, type Foundation } from "./foundation";

/**
 * Proves that nothing uses a key. What uses it is a reason against its deletion, and so is what could not be read,
 * unless the user answers for it by name.
 * @param skipped kinds that are not looked at
 */
export async function proveUnused(
  foundation: Foundation,
  key: RememberedKey,
  arn: string,
  skipped: readonly KeyUseKind[] = [],
): Promise<UnusedProof> {
  const place = placeOf(foundation, key);
  const kinds = KEY_USE_KINDS.map(({ id }) => id).filter((id) => !skipped.includes(id));
  const names = { arn, aliases: aliasesOf(foundation, key) };
  const evidence = await foundation.deployer.keyUses(place).find(names, kinds);
  const refusals = evidence.flatMap((found) => refusalOf(key, found));
  try {
    const lastUse = await foundation.deployer.keyLife(place).lastUse(arn);
    return { evidence, skipped, refusals, lastUse };
  } catch (error) {
    // One evidence among others: AWS itself says not to rely on it.
    if (!isAwsError(error)) throw error;
    return { evidence, skipped, refusals };
  }
}

/** How a user of the key is freed from it, or done without. */
const WAYS: Readonly<Record<KeyUseKind, string>> = {
  volumes: "delete the volumes, or carry their data to another key",
  snapshots: "delete the snapshots, or copy them under another key",
  images: "deregister the images, or copy them under another key",
  "recycle-bin": "restore and delete what is in the bin, or wait until its retention ends",
  launches: "make a version that names another image or key the default one, and have the group use it",
  "ebs-default": "choose another EBS default key: ebsDefaults in the topology, or ModifyEbsDefaultKmsKeyId",
  grants: "revoke or retire the grants that nobody needs: aws kms revoke-grant",
  aliases: "delete the aliases, or let them name another key",
  replicas: "delete the replicas first",
  rds: "delete the databases, backups and snapshots, or copy them under another key",
  s3: "give the buckets another key, and re-encrypt their objects",
  parameters: "write the parameters under another key",
  secrets: "give the secrets another key",
  logs: "associate the log groups with another key",
};

function refusalOf(key: RememberedKey, { kind, users, refused }: KeyEvidence): readonly UseRefusal[] {
  const { account } = key;
  const subject = keyName(key);
  if (refused !== undefined) {
    const { what, actions } = KEY_USE_KINDS.find(({ id }) => id === kind) ?? { what: kind, actions: [] };
    return [
      {
        kind,
        subject,
        what: `not proved: ${what} could not be read: ${refused.message}`,
        fix: `allow the deploy role of account ${account} ${actions.join(", ")}, or answer for it yourself: --without-proof-of ${kind}`,
        account,
      },
    ];
  }
  if (users.length === 0) return [];
  return [{ kind, subject, what: `in use by ${listed(users)}`, fix: WAYS[kind], account }];
}

/** How many users are named; a key may have thousands. */
const NAMED = 10;

function listed(users: readonly string[]): string {
  const named = users.slice(0, NAMED).join("; ");
  return users.length > NAMED ? `${named}; and ${users.length - NAMED} more` : named;
}
