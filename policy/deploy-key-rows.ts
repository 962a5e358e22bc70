import { formatArn, roleArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import { granteeArns } from "./launch-grants";
import type { PermissionRow } from "./row";

/** Terraform's default tags set it on every resource that it creates. */
const OUR_TAG = "keyferry:topology";

/** For the keys that the user names; the keys that copies need do not require these. */
export const DEPLOY_KEY_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "PointAliases",
    actions: ["kms:UpdateAlias"],
    basis: "enforced",
    why: "the alias of a key is changed to point to its next generation",
    source: "KMS developer guide, Controlling access to aliases",
    grant: ({ namesKeys, topology, partition, account }) =>
      namesKeys === true
        ? { resources: [kms(partition, account, `alias/keyferry/${topology}/*`)] }
        : undefined,
  },
  {
    id: "PointAliasesAtOwnKeys",
    actions: ["kms:UpdateAlias"],
    basis: "enforced",
    why: "KMS requires it on the key that the alias points to now, and on the key that it will point to",
    source: "KMS developer guide, Controlling access to aliases",
    grant: (access) => (access.namesKeys === true ? onOwnKeys(access) : undefined),
  },
  {
    id: "RotateOwnKeys",
    actions: ["kms:RotateKeyOnDemand"],
    basis: "enforced",
    why: "keyferry keys rotate makes KMS rotate a key immediately; Terraform does not need it",
    source: "KMS developer guide, Rotating AWS KMS keys: Perform on-demand key rotation",
    grant: (access) => (access.rotatesKeys === true ? onOwnKeys(access) : undefined),
  },
  {
    id: "ReadEventHistory",
    actions: ["cloudtrail:LookupEvents"],
    basis: "enforced",
    why: "keyferry audit reads who has used the keys of copies; the event history contains all management events of the account, and the action has no resource-level permission; Terraform does not need it",
    source: "Service authorization reference, AWS CloudTrail",
    grant: ({ auditsKeys }) => (auditsKeys === true ? { resources: ["*"] } : undefined),
  },
  {
    id: "ReplicateOwnKeys",
    actions: ["kms:ReplicateKey"],
    basis: "enforced",
    why: "replicas of multi-Region keys are created from the primary key",
    source: "KMS developer guide, Multi-Region keys, Controlling access to multi-Region keys",
    grant: (access) => (access.multiRegionKeys === true ? onOwnKeys(access) : undefined),
  },
  {
    id: "LetKmsSynchroniseKeys",
    actions: ["iam:CreateServiceLinkedRole"],
    basis: "documented",
    why: "KMS creates the role with which it synchronises multi-Region keys, with the account's first multi-Region key",
    source:
      "KMS developer guide, Controlling access to multi-Region keys: Authorizing AWS KMS to synchronize multi-Region keys",
    grant: ({ multiRegionKeys, partition, account }) =>
      multiRegionKeys === true
        ? {
            resources: [
              roleArn(
                partition,
                account,
                "AWSServiceRoleForKeyManagementServiceMultiRegionKeys",
                "/aws-service-role/mrk.kms.amazonaws.com/",
              ),
            ],
            conditions: { StringLike: { "iam:AWSServiceName": ["mrk.kms.amazonaws.com"] } },
          }
        : undefined,
  },
  {
    id: "MakeLaunchingRoles",
    actions: ["iam:CreateServiceLinkedRole"],
    basis: "enforced",
    why: "a service-linked role must exist before it gets a grant: keyferry deploy creates the roles that the topology names and that do not exist, and no others",
    source: "IAM user guide, Service-linked role permissions (iam:AWSServiceName)",
    grant: ({ launchGrants, partition, account }) =>
      launchGrants === undefined
        ? undefined
        : {
            resources: granteeArns(partition, account, launchGrants.grantees),
            conditions: {
              StringEquals: {
                "iam:AWSServiceName": [...new Set(launchGrants.grantees.map((one) => one.awsServiceName))],
              },
            },
          },
  },
];

function onOwnKeys({ topology, partition, account }: DeployAccess) {
  return {
    resources: [kms(partition, account, "key/*")],
    conditions: { StringEquals: { [`aws:ResourceTag/${OUR_TAG}`]: [topology] } },
  };
}

/** In every Region, because a topology can grow into other Regions. */
function kms(partition: string, account: string, resource: string): string {
  return formatArn({ partition, service: "kms", region: "*", account, resource });
}
