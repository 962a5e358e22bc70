import { roleArn } from "@keyferry/common";
import { SECTIONS } from "../kinds/declared";
import type { DeployAccess } from "../policy/deploy-access";
import { DEPLOY_ROWS } from "../policy/deploy-policy";
import { KEY_ROWS } from "../policy/key-policy";
import type { KeyAccess, KeyDeclaration } from "../policy/keys";
import { KEY_SHARE_ROWS, type KeyShares } from "../policy/key-shares";
import {
  LAUNCH_GRANT_ISSUER_ROWS,
  LAUNCH_GRANT_KEY_ROWS,
  type GrantIssuerAccess,
} from "../policy/launch-grant-rows";
import type { ServiceLinkedRole } from "../policy/launch-grants";
import type { RunnerAccess } from "../policy/runner";
import { RUNNER_TRUST_ROWS } from "../policy/runner-policy";
import {
  RULE_TARGET_KEY_PART,
  RULE_TARGET_PART,
  TRAIL_BUCKET_PART,
  TRAIL_KEY_PART,
  TRAIL_LOGS_PART,
  TRAIL_LOGS_TRUST_PART,
} from "./permissions-audit";
import type { Part } from "./permissions-part";
import { BASES, partText } from "./permissions-text";
import {
  BATCH_PART,
  BATCH_TRUST_PART,
  BUCKET_PART,
  REPLICA_KEY_PART,
  REPLICATE_PART,
  EVENT_DESTINATION_PART,
  EVENT_KEY_PART,
  REPLICATION_PART,
  REPLICATION_TRUST_PART,
} from "./permissions-replication";
import { ROLE_KEY_PART, ROLE_PART } from "./permissions-roles";
import { IMAGE_BUCKET_PART, IMAGE_PUSHER_PART, RESTORES, STORES } from "./permissions-stored";
import { RUNNER_ROWS } from "./runner-rows";

const HOME: KeyDeclaration = {
  account: "<account>",
  region: "<Region>",
  alias: "alias/keyferry/<topology>/home",
  partition: "aws",
  purpose: "home",
  copiers: [],
  launches: false,
};

const TRANSIT: KeyDeclaration = {
  ...HOME,
  alias: "alias/keyferry/<topology>/transit",
  purpose: "transit",
  copiers: [{ account: "<destination>", runnerRole: "<runner role>" }],
};

const RECEIVER: RunnerAccess = {
  topology: "<topology>",
  partition: "aws",
  account: "<account>",
  roleName: "<runner role>",
  operatorAccount: "<operator>",
  externalId: "<external id>",
  keys: [
    { key: HOME, as: "write" },
    { key: { ...TRANSIT, account: "<source>", region: "<source Region>" }, as: "read" },
  ],
  copiesInto: ["<Region>"],
  copiesFrom: ["<source Region>"],
  origins: [{ account: "<source>", region: "<source Region>" }],
  bookkeepsIn: [],
  sharesIn: [],
  sharesWith: [],
  letsLaunchIn: [],
  launchesSharedIn: [],
  launchKeys: [],
  finishesIn: ["<Region>"],
  protectsIn: ["<Region>"],
  retiresIn: ["<Region>"],
  publishes: [{ region: "<Region>", parameter: "/<parameter>" }],
  launches: false,
  launchesIn: [],
  refreshes: [],
};

const LAUNCHER: RunnerAccess = { ...RECEIVER, launches: true, launchesIn: ["<Region>"] };

/** Launches from an image that another account shares. */
const SHARER: RunnerAccess = {
  ...RECEIVER,
  keys: [],
  copiesInto: [],
  copiesFrom: [],
  origins: [],
  finishesIn: [],
  protectsIn: [],
  launchesSharedIn: ["<Region>"],
  launchKeys: [HOME],
  launches: true,
};

const SENDER: RunnerAccess = {
  ...RECEIVER,
  keys: [
    { key: TRANSIT, as: "write" },
    { key: { ...HOME, alias: "alias/<source key>" }, as: "read" },
  ],
  copiesFrom: ["<Region>"],
  origins: [{ account: "<account>", region: "<Region>" }],
  bookkeepsIn: ["<Region>"],
  sharesIn: ["<Region>"],
  sharesWith: ["<destination>"],
  finishesIn: [],
  protectsIn: [],
  retiresIn: [],
  publishes: [],
};

const KEY_PART: Part<KeyDeclaration> = {
  title: "Key policies",
  about:
    "Each destination has a home key, which encrypts its copies. Each source that other accounts copy from has a transit key, the only key that other accounts may use.",
  rows: KEY_ROWS,
  scopes: {
    "every home key": HOME,
    "home keys under which an Auto Scaling group launches": { ...HOME, launches: true },
    "transit keys": TRANSIT,
    "transit keys from which snapshots of databases are copied": {
      ...TRANSIT,
      copiers: [],
      databaseCopiers: TRANSIT.copiers,
    },
    "keys that are the EBS default key of their account and Region": { ...HOME, ebsDefault: true },
  },
};

/** The same access with keys that are used through RDS instead of EC2. */
function throughRds(access: RunnerAccess): RunnerAccess {
  return { ...access, keys: access.keys.map((use) => ({ ...use, through: "rds" })) };
}

/** The same access for every kind. */
function ofEveryKind(access: RunnerAccess): RunnerAccess {
  const ofKind = Object.fromEntries(SECTIONS.map(([, { name }]) => [name, access]));
  return { ...access, ofKind, ofService: { ec2: access, rds: access } };
}

const RUNNER_PART: Part<RunnerAccess> = {
  title: "The runner role",
  about:
    "The commands assume one runner role in each account. Its policy has only the permissions that the copy jobs of the account need.",
  rows: RUNNER_ROWS,
  scopes: {
    "accounts that receive copies": ofEveryKind(RECEIVER),
    "accounts that send copies": ofEveryKind(SENDER),
    "accounts that receive copies of databases": ofEveryKind(throughRds(RECEIVER)),
    "accounts that send copies of databases": ofEveryKind(throughRds(SENDER)),
    "accounts that let others launch from images": ofEveryKind({
      ...SENDER,
      sharesIn: [],
      sharesWith: [],
      letsLaunchIn: ["<Region>"],
    }),
    "accounts whose images go through S3": ofEveryKind({
      ...SENDER,
      sharesIn: [],
      sharesWith: [],
      stored: STORES,
    }),
    "accounts that restore images from S3": ofEveryKind({ ...RECEIVER, stored: RESTORES }),
    "accounts that register images from copied snapshots": ofEveryKind({
      ...RECEIVER,
      registered: { registersIn: ["<Region>"], copiesFrom: ["<source Region>"], readsIn: [] },
    }),
    "accounts whose images are registered elsewhere in the same account": ofEveryKind({
      ...RECEIVER,
      registered: {
        registersIn: ["<Region>"],
        copiesFrom: ["<source Region>"],
        readsIn: ["<source Region>"],
      },
    }),
    "accounts that launch from images of other accounts": ofEveryKind(SHARER),
    "accounts that launch instances": ofEveryKind(LAUNCHER),
    "accounts whose groups follow the newest image": {
      ...LAUNCHER,
      refreshes: [{ region: "<Region>", group: "keyferry-<topology>-<image>" }],
    },
  },
};

const TRUST_PART: Part<RunnerAccess> = {
  title: "Who may become the runner role",
  about: "The trust policy of each runner role. It has the condition if the topology sets an external id.",
  rows: RUNNER_TRUST_ROWS,
  scopes: { "every account": RECEIVER },
};

const DEPLOYER: DeployAccess = {
  topology: "<topology>",
  partition: "aws",
  account: "<account>",
  operatorAccount: "<operator>",
  runnerRole: "<runner role>",
  ebsDefaults: false,
  launches: false,
  deletesKeys: false,
};

const DEPLOY_PART: Part<DeployAccess> = {
  title: "The deploy role",
  about:
    "The user creates it, and Terraform assumes it; see [deploy-role.md](deploy-role.md). No statement allows Terraform to delete a key.",
  rows: DEPLOY_ROWS,
  scopes: {
    "every account": DEPLOYER,
    "accounts that launch instances": { ...DEPLOYER, launches: true },
    "accounts whose launches have instance profiles": {
      ...DEPLOYER,
      launches: true,
      instanceRoles: ["<instance role>"],
    },
    "accounts whose EBS defaults are set": { ...DEPLOYER, ebsDefaults: true },
    "accounts with keys that the topology names, or with `keyGenerations`": { ...DEPLOYER, namesKeys: true },
    "accounts whose service-linked roles get grants": {
      ...DEPLOYER,
      launchGrants: { keyArns: ["<key ARN>"], grantees: [{ awsServiceName: "autoscaling.amazonaws.com" }] },
    },
    "accounts with multi-Region keys": { ...DEPLOYER, namesKeys: true, multiRegionKeys: true },
    "accounts with buckets for stored images": { ...DEPLOYER, imageBuckets: true },
    "accounts in which the foundation creates buckets": { ...DEPLOYER, buckets: ["<bucket>"] },
    "accounts with buckets that have Object Lock": { ...DEPLOYER, bucketsWithObjectLock: ["<bucket>"] },
    "accounts whose buckets are replicated": { ...DEPLOYER, replicatedBuckets: ["<source bucket>"] },
    "accounts whose buckets send replication events": { ...DEPLOYER, bucketsWithEvents: ["<source bucket>"] },
    "accounts in which `keyferry keys delete` uses it": { ...DEPLOYER, deletesKeys: true },
    "accounts in which `keyferry keys rotate` uses it": { ...DEPLOYER, rotatesKeys: true },
    "the account that has the bucket of Terraform's state": { ...DEPLOYER, stateBucket: "acme-terraform" },
    "accounts in which `keyferry audit` uses it": { ...DEPLOYER, auditsKeys: true },
    "accounts in which `keyferry keys rekey` uses it": {
      ...DEPLOYER,
      rekeys: { keyArns: ["<key of another account>"] },
    },
    "accounts in which `keyferry adopt` uses it": { ...DEPLOYER, adopts: true },
    "accounts in which `keyferry keys import` uses it": { ...DEPLOYER, importsKeys: true },
  },
};

const GRANTEES: readonly ServiceLinkedRole[] = [{ awsServiceName: "autoscaling.amazonaws.com" }];

const GRANTED_KEY_PART: Part<KeyDeclaration> = {
  title: "Keys under which other accounts launch",
  about:
    "Statements that `launchGrants` of a key of the topology, or `key.grants.allowLaunchGrants(...)` of `keyferry/constructs`, adds to the key policy. They do not include `kms:RevokeGrant`: the key's own account can revoke every grant.",
  rows: LAUNCH_GRANT_KEY_ROWS,
  scopes: {
    "keys on which other accounts create grants": {
      ...HOME,
      launchGrants: {
        issuers: [{ account: "<destination>", roleName: "<deploy role>" }],
        grantees: GRANTEES,
      },
    },
  },
};

const SHARES: KeyShares = {
  accounts: [],
  roles: [],
  organizationalUnits: [],
  viaServices: ["ec2"],
};

const SHARE_PART: Part<KeyAccess> = {
  title: "Keys that are shared",
  about:
    "Statements that `sharedWith` of a key of the topology, or `key.grants.share(...)` of `keyferry/constructs`, adds to the key policy. IAM of the other account must also allow the same actions on the key's ARN.",
  rows: KEY_SHARE_ROWS,
  scopes: {
    "keys that are shared with accounts": { ...HOME, shares: { ...SHARES, accounts: ["<other account>"] } },
    "keys that are shared with roles": {
      ...HOME,
      shares: { ...SHARES, roles: [roleArn("aws", "<other account>", "<role>")] },
    },
    "keys that are shared with an organisation": {
      ...HOME,
      shares: { ...SHARES, organization: "<organisation>" },
    },
    "keys that are shared with organisational units": {
      ...HOME,
      shares: { ...SHARES, organizationalUnits: ["<organisation>/<root>/<unit>"] },
    },
  },
};

const ISSUER_PART: Part<GrantIssuerAccess> = {
  title: "The role that makes grants",
  about:
    "Statements for the policy of the role with which Terraform deploys the stack `foundation-grants-...`, or a `ServiceLinkedRoleGrant`, in the account that launches instances. `grantIssuerPolicy` of `keyferry/policy` returns this policy.",
  rows: LAUNCH_GRANT_ISSUER_ROWS,
  scopes: {
    "accounts that launch under another account's key": {
      partition: "aws",
      account: "<account>",
      keyArns: ["<ARN of the key>"],
      grantees: GRANTEES,
    },
  },
};

/** The permission table for reviewers, as Markdown. */
export function permissionsDoc(): string {
  return `${[
    "# Permissions",
    "Generated from the permission table by `npm run docs`; do not edit.",
    "Every statement of every policy that Keyferry deploys or needs comes from one row of this table. Its Sid is the row's name. Each row has one of two reasons:",
    Object.entries(BASES)
      .map(([basis, meaning]) => `- **${basis}**: ${meaning}.`)
      .join("\n"),
    "`keyferry doctor --offline` proves that these statements allow every call of every copy job, and refuse similar calls that no job needs. `npm run mutate` changes each statement in one detail at a time and shows that a proof detects the change.",
    ...partText(KEY_PART),
    ...partText(RUNNER_PART),
    ...partText(TRUST_PART),
    ...partText(DEPLOY_PART),
    ...partText(SHARE_PART),
    ...partText(GRANTED_KEY_PART),
    ...partText(ISSUER_PART),
    ...partText(IMAGE_BUCKET_PART),
    ...partText(IMAGE_PUSHER_PART),
    ...partText(BUCKET_PART),
    ...partText(REPLICATION_PART),
    ...partText(REPLICATION_TRUST_PART),
    ...partText(REPLICA_KEY_PART),
    ...partText(EVENT_DESTINATION_PART),
    ...partText(EVENT_KEY_PART),
    ...partText(BATCH_PART),
    ...partText(BATCH_TRUST_PART),
    ...partText(REPLICATE_PART),
    ...partText(ROLE_PART),
    ...partText(ROLE_KEY_PART),
    ...partText(TRAIL_BUCKET_PART),
    ...partText(TRAIL_KEY_PART),
    ...partText(TRAIL_LOGS_PART),
    ...partText(TRAIL_LOGS_TRUST_PART),
    ...partText(RULE_TARGET_PART),
    ...partText(RULE_TARGET_KEY_PART),
  ].join("\n\n")}\n`;
}
