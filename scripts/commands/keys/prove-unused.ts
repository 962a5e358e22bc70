import {
  copyKeyOf,
  declaredKey,
  isCopyKeyPurpose,
  namedKeyOf,
  type Account,
  type RememberedKey,
} from "../../../topology";
import { isAwsError, KEY_USE_KINDS, type KeyEvidence, type KeyUser, type KeyUseKind } from "../../aws";
import { concurrently } from "../../engine/concurrently";
import type { UnusedProof, UseRefusal } from "../../engine/results";
import { aliasesOf, keyName, knownAccounts, placeOf, type Foundation } from "./foundation";

/** What KMS shows only to the key's own account. */
const OF_THE_OWNER: readonly KeyUseKind[] = ["grants", "aliases", "replicas"];

interface Questions {
  /** Kinds that are not checked. @default - none */
  readonly skipped?: readonly KeyUseKind[];
  /** Users that do not count. @default - all count */
  readonly isIgnored?: (user: KeyUser) => boolean;
}

/**
 * Proves that nothing uses a key. Every user of the key is a reason against its deletion, and so is everything that could not be
 * read, unless the user takes responsibility for it by name. A named key can be shared, so all accounts of the topology are checked,
 * each as its own deploy role.
 */
export async function proveUnused(
  foundation: Foundation,
  key: RememberedKey,
  arn: string,
  { skipped = [], isIgnored = () => false }: Questions = {},
): Promise<UnusedProof> {
  const place = placeOf(foundation, key);
  const looks = await concurrently(accountsToLookAt(foundation, key), async (account) => {
    const kinds = kindsIn(foundation, key, account.id).filter((id) => !skipped.includes(id));
    const aliases = account.id === key.account ? aliasesOf(foundation, key) : [];
    const found = await foundation.deployer
      .keyUses({ account, region: key.region })
      .find({ arn, aliases }, kinds);
    return found.map((one) => ({ account: account.id, ...without(one, isIgnored) }));
  });
  const evidence = looks.flat();
  const refusals = evidence.flatMap((found) => refusalOf(key, found.account, found));
  try {
    const lastUse = await foundation.deployer.keyLife(place).lastUse(arn);
    return { evidence, skipped, refusals, lastUse };
  } catch (error) {
    // One piece of evidence among others: AWS itself says not to rely on it.
    if (!isAwsError(error)) throw error;
    return { evidence, skipped, refusals };
  }
}

/** The key's own account and, for a named key or a transit key that others used, every other account. */
function accountsToLookAt(foundation: Foundation, key: RememberedKey): readonly Account[] {
  const own = placeOf(foundation, key).account;
  const isShared = namedKeyOf(key.purpose) !== undefined || copyKeyOf(key.purpose)?.name === "transit";
  if (!isShared || (isCopyKeyPurpose(key.purpose) && key.generation === undefined)) return [own];
  return [own, ...knownAccounts(foundation).filter(({ id }) => id !== own.id)];
}

/** EC2 does not show the keys of resources in a Recycle Bin, so they count wherever the key may be used. */
function kindsIn({ locked }: Foundation, key: RememberedKey, account: string): readonly KeyUseKind[] {
  const all = KEY_USE_KINDS.map(({ id }) => id);
  if (account === key.account) return all;
  const name = namedKeyOf(key.purpose)?.name;
  const { sharedWith } = declaredKey(locked.topology, key.account, key.region, name) ?? {};
  const isShared =
    sharedWith?.accounts.includes(account) === true ||
    sharedWith?.roles.some((role) => role.includes(`:${account}:`)) === true;
  return all.filter((id) => !OF_THE_OWNER.includes(id) && (id !== "recycle-bin" || isShared));
}

function without(evidence: KeyEvidence, isIgnored: (user: KeyUser) => boolean): KeyEvidence {
  const holders = evidence.holders.filter((user) => !isIgnored(user));
  return { ...evidence, holders, users: holders.map(({ text }) => text) };
}

/** How to move a user of the key to another key, or to remove it. */
const WAYS: Readonly<Record<KeyUseKind, string>> = {
  volumes: "delete the volumes, or move their data to another key",
  snapshots: "delete the snapshots, or copy them under another key",
  images: "deregister the images, or copy them under another key",
  "recycle-bin": "restore and delete what is in the bin, or wait until its retention ends",
  launches:
    "make a version that names another image or key the default one, and let the group use it; cancel Spot Fleet requests whose own launch specifications name it",
  "ebs-default": "choose another EBS default key: ebsDefaults in the topology, or ModifyEbsDefaultKmsKeyId",
  grants:
    "revoke or retire the grants that are no longer needed: aws kms revoke-grant; those of launchGrants end with the deployment that disables the key (keyferry keys disable)",
  aliases: "delete the aliases, or let them name another key",
  replicas: "delete the replicas first",
  rds: "delete the databases, backups and snapshots, or copy them under another key",
  s3: "give the buckets another key, and re-encrypt their objects",
  "s3-replication": "change the replication rules to another key",
  parameters: "write the parameters again under another key",
  secrets: "give the secrets another key",
  logs: "associate the log groups with another key",
};

function refusalOf(
  key: RememberedKey,
  account: string,
  { kind, users, refused }: KeyEvidence,
): readonly UseRefusal[] {
  const subject = keyName(key);
  if (refused !== undefined) {
    const { what, actions } = KEY_USE_KINDS.find(({ id }) => id === kind) ?? { what: kind, actions: [] };
    return [
      {
        kind,
        subject,
        what: `not proved: ${what} could not be read: ${refused.message}`,
        fix: `allow the deploy role of account ${account} ${actions.join(", ")}, or take responsibility for it yourself: --without-proof-of ${kind}`,
        account,
      },
    ];
  }
  if (users.length === 0) return [];
  return [
    {
      kind,
      subject,
      what: `in use by ${listed(users)}${account === key.account ? "" : ` in account ${account}`}`,
      fix: WAYS[kind],
      account,
    },
  ];
}

/** How many users are listed; a key may have thousands. */
const NAMED = 10;

function listed(users: readonly string[]): string {
  const named = users.slice(0, NAMED).join("; ");
  return users.length > NAMED ? `${named}; and ${users.length - NAMED} more` : named;
}
