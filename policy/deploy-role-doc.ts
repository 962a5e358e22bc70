import type { DeployAccess } from "./deploy-access";
import { deployPolicy, deployTrust } from "./deploy-policy";
import { DEPLOY_BUCKET_ROWS } from "./deploy-bucket-rows";
import { DEPLOY_LAUNCH_ROWS } from "./deploy-launch-rows";
import type { Statement } from "./document";
import { jsonText } from "./json-doc";
import { proofTarget, renderPolicy } from "./render";

const LAUNCH_STATEMENTS = DEPLOY_LAUNCH_ROWS.map(({ id }) => id).join(", ");

const BUCKET_STATEMENTS = DEPLOY_BUCKET_ROWS.map(({ id }) => id);

/** The account of the README's example that launches the images that it receives. */
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

/** The account of an example that replicates one of its buckets, and receives replicas. */
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

/** The permissions that the deploy role of each account needs, as Markdown. */
export function deployRoleDoc(): string {
  return `${[
    "# The deploy role",
    "Generated from the permission table by `npm run docs`; do not edit.",
    "Terraform assumes one role in each account, `keyferry-deploy` unless the topology names another, or uses the account's `profile`. Create this role before the first deployment: `keyferry bootstrap` prints it for each account of your topology, as AWS CLI commands, as a CloudFormation template (one template for a StackSet over all accounts) or as Terraform. The role can have `AdministratorAccess`, or only the permissions on this page. Every statement and its reason is in [permissions.md](permissions.md).",
    "**No deployment deletes a key.** Terraform needs no permission for it, and the policy of every key of the foundation denies `kms:ScheduleKeyDeletion` to every principal, administrators included (`NobodySchedulesDeletion`). `keyferry keys delete` first proves that nothing uses the key, and removes that statement immediately before it schedules the deletion. The command uses the deploy role, which needs `DeleteOwnKeys` only for this: leave that statement out of accounts in which keys must not be deleted.",
    "`keyferry keys import` needs `WrapKeyMaterial` and `ImportKeyMaterial` ([permissions.md](permissions.md)) in the account of the key during the import; `keyferry keys rotate` needs `RotateOwnKeys`, and `keyferry audit` needs `ReadEventHistory`. `keyferry adopt` needs `TagAdoptedCopies` while it takes over copies that were made manually. `keyferry keys rekey` needs the statements from `CopyUnderPresentKey` to `UseOthersKeysForRekey` in every account in which something is encrypted under the key, during the campaign.",
    "## An example",
    "Account 222222222222 of the topology `acme`, which receives images and launches instances from them with an instance profile that has the role `web-instance`; it is deployed from account 111111111111.",
    `In an account that launches nothing, leave out ${LAUNCH_STATEMENTS}; if no launch has an instance profile, leave out only PassInstanceRoles.`,
    "Some accounts need more statements:\n\n- An account with `ebsDefaults: true` needs `SetEbsDefaults`.\n- An account that owns keys of the section `keys`, or whose `keyGenerations` are above 1, needs `PointAliases` and `PointAliasesAtOwnKeys`; with multi-Region keys it also needs `ReplicateOwnKeys` and `LetKmsSynchroniseKeys`.\n- An account that the `launchGrants` of a key name needs `MakeLaunchingRoles`, which creates those roles if they do not exist, and the statements of [the role that makes grants](permissions.md#the-role-that-makes-grants) on that key. Until the key exists, its ARN may end in `key/*`, because `kms:GranteePrincipal` limits the statement to the account's own service-linked roles.\n- If the topology keeps Terraform's state in a bucket, the deploy role of the bucket's account needs `FindState` and `KeepState`.",
    block("Its permissions:", deployPolicy(PROD)),
    "## With buckets",
    "An account with buckets of the topology also needs these statements. MakeBuckets names each bucket that the foundation creates there, EnableObjectLock each bucket of a rule with `objectLock`, SetReplication each source bucket, existing ones included, and SendReplicationEvents each source bucket with `replicationEvents`. No deployment deletes a bucket.",
    block(
      "For an account that replicates the bucket `acme-documents` and receives replicas of another:",
      deployPolicy(BUCKETS).filter(({ sid }) => BUCKET_STATEMENTS.includes(sid)),
    ),
    "## Who may become the role",
    block("The trust policy of the role; limit the principal to the users who deploy:", deployTrust(PROD)),
  ].join("\n\n")}\n`;
}

function block(title: string, statements: readonly Statement[]): string {
  return `${title}\n\n\`\`\`json\n${jsonText(renderPolicy(statements, proofTarget))}\n\`\`\``;
}
