import type { DeployAccess } from "./deploy-access";
import { deployPolicy, deployTrust } from "./deploy-policy";
import { DEPLOY_BUCKET_ROWS } from "./deploy-bucket-rows";
import { DEPLOY_LAUNCH_ROWS } from "./deploy-launch-rows";
import type { Statement } from "./document";
import { jsonText } from "./json-doc";
import { proofTarget, renderPolicy } from "./render";

const LAUNCH_STATEMENTS = DEPLOY_LAUNCH_ROWS.map(({ id }) => id).join(", ");

const BUCKET_STATEMENTS = DEPLOY_BUCKET_ROWS.map(({ id }) => id);

/** The account of the README's example that launches what it receives. */
const PROD: DeployAccess = {
  topology: "acme",
  partition: "aws",
  account: "222222222222",
  operatorAccount: "111111111111",
  runnerRole: "keyferry-acme-runner",
  ebsDefaults: false,
  launches: true,
  instanceRoles: ["web-instance"],
  deletesKeys: true,
};

/** The account of an example that replicates a bucket of its own, and receives replicas. */
const BUCKETS: DeployAccess = {
  ...PROD,
  launches: false,
  instanceRoles: [],
  deletesKeys: false,
  buckets: ["acme-documents", "acme-reports-222222222222-eu-central-1"],
  bucketsWithObjectLock: ["acme-documents"],
  replicatedBuckets: ["acme-documents"],
  bucketsWithEvents: ["acme-documents"],
};

/** What the deploy role of each account has to be allowed, as Markdown. */
export function deployRoleDoc(): string {
  return `${[
    "# The deploy role",
    "Generated from the permission table by `npm run docs`; do not edit.",
    "Terraform assumes one role in each account, `keyferry-deploy` unless the topology names another, or uses the account's `profile`. You make it, before the first deploy: `keyferry bootstrap` prints it for each account of your topology, as lines for the AWS CLI, as a CloudFormation template (one for a StackSet over all accounts) or as Terraform. It can have `AdministratorAccess`; with less it works as follows. Every statement and its reason is in [permissions.md](permissions.md).",
    "**No deploy deletes a key.** Terraform needs no permission for it, and the policy of every key of the foundation refuses `kms:ScheduleKeyDeletion` to everybody, administrators included (`NobodySchedulesDeletion`). `keyferry keys delete` takes that statement out immediately before it schedules a deletion, once it has proved that nothing uses the key. It works as the deploy role, which needs `DeleteOwnKeys` for it alone: leave that statement out where nobody is to delete keys.",
    "`keyferry keys import` needs `WrapKeyMaterial` and `ImportKeyMaterial` ([permissions.md](permissions.md)) in the account of the key, for the time of the import; `keyferry keys rotate` needs `RotateOwnKeys`, and `keyferry audit` `ReadEventHistory`. `keyferry adopt` needs `TagAdoptedCopies` while copies made by hand are taken over. `keyferry keys rekey` needs the statements from `CopyUnderPresentKey` to `UseOthersKeysForRekey` in every account in which something is under the key, for the time of the campaign.",
    "## An example",
    "Account 222222222222 of the topology `acme`, which receives images and launches them with an instance profile that has the role `web-instance`, deployed from account 111111111111.",
    `In an account that launches nothing, leave ${LAUNCH_STATEMENTS} out; where no launch has an instance profile, leave out PassInstanceRoles alone.`,
    "An account with `ebsDefaults: true` needs `SetEbsDefaults` as well; one that owns keys of the section `keys`, or whose `keyGenerations` are above 1, `PointAliases` and `PointAliasesAtOwnKeys`; one with multi-Region keys besides, `ReplicateOwnKeys` and `LetKmsSynchroniseKeys`. An account that `launchGrants` of a key names needs `MakeLaunchingRoles`, which makes those roles where they are absent, and the statements of [the role that makes grants](permissions.md#the-role-that-makes-grants) on that key; until it is made, the key's ARN may end in `key/*`, because `kms:GranteePrincipal` narrows it to the account's own service-linked roles. Where the topology keeps Terraform's state in a bucket, the deploy role of the bucket's account needs `FindState` and `KeepState`.",
    block("Its permissions:", deployPolicy(PROD)),
    "## With buckets",
    "An account with buckets of the topology needs these statements as well: MakeBuckets names each bucket that the foundation makes there, EnableObjectLock each of a rule with `objectLock`, SetReplication each source bucket, existing ones included, SendReplicationEvents each with `replicationEvents`. No deploy deletes a bucket.",
    block(
      "For an account that replicates the bucket `acme-documents` and receives replicas of another:",
      deployPolicy(BUCKETS).filter(({ sid }) => BUCKET_STATEMENTS.includes(sid)),
    ),
    "## Who may become the role",
    block("Its trust policy; narrow the principal to those who deploy:", deployTrust(PROD)),
  ].join("\n\n")}\n`;
}

function block(title: string, statements: readonly Statement[]): string {
  return `${title}\n\n\`\`\`json\n${jsonText(renderPolicy(statements, proofTarget))}\n\`\`\``;
}
