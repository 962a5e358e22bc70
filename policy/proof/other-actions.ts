import type { ProofCall } from "./call";
import { serviceOf, type DeniedCall, type Refuser } from "./refuser";

/**
 * Actions that no copy job needs on the resources that it uses, except the action of the call itself. Actions that KMS never allows across accounts prove
 * nothing about a key policy, so the list also contains others.
 */
const NEEDLESS: Readonly<Record<string, readonly string[]>> = {
  kms: ["kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey", "kms:RevokeGrant", "kms:ListGrants"],
  ec2: ["ec2:RunInstances", "ec2:DisableImage", "ec2:ModifySnapshotTier"],
  autoscaling: [
    "autoscaling:DeleteAutoScalingGroup",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
    "autoscaling:UpdateAutoScalingGroup",
  ],
  rds: ["rds:DeleteDBInstance", "rds:RestoreDBInstanceFromDBSnapshot", "rds:StartExportTask"],
  s3: [
    "s3:GetObject",
    "s3:PutObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketPolicy",
    "s3:PutReplicationConfiguration",
  ],
  ebs: ["ebs:GetSnapshotBlock", "ebs:StartSnapshot"],
  ssm: ["ssm:LabelParameterVersion", "ssm:RemoveTagsFromResource"],
  iam: ["iam:PutRolePolicy", "iam:PassRole", "iam:DeleteServiceLinkedRole"],
  servicequotas: ["servicequotas:RequestServiceQuotaIncrease", "servicequotas:AssociateServiceQuotaTemplate"],
  sts: ["sts:TagSession", "sts:SetSourceIdentity"],
};

/** Actions that are not needed on the resource of a call with this action. */
export function needlessOn(action: string): readonly string[] {
  return NEEDLESS[serviceOf(action)] ?? NONE;
}

const NONE: readonly string[] = [];

/** @param isNeeded whether the same caller needs an action on the same resource for something else */
export function otherActions(
  { request }: ProofCall,
  refuser: Refuser,
  isNeeded: (action: string) => boolean = () => false,
): DeniedCall[] {
  return needlessOn(request.action)
    .filter((action) => action !== request.action && !isNeeded(action))
    .map((action) => ({
      what: `${action} where the job needs ${request.action}`,
      request: { ...request, action },
      refuser,
    }));
}

const ON_DATA = ["s3", "ebs"].flatMap((service) => NEEDLESS[service] ?? []);

/**
 * Which of these actions callers need on objects in S3 and blocks of snapshots, where one caller may both read and write the same ones. For other
 * services, no call of a copy job uses one of these actions.
 */
export function neededOnObjects(
  calls: readonly ProofCall[],
): (request: ProofCall["request"]) => (action: string) => boolean {
  const needed = new Set(
    calls
      .filter(({ request }) => ON_DATA.includes(request.action))
      .map(({ request }) => nameOf(request, request.action)),
  );
  return (request) => (action) => needed.has(nameOf(request, action));
}

function nameOf({ principal, resource }: ProofCall["request"], action: string): string {
  return `${principal.roleArn ?? principal.arn} ${action} ${resource}`;
}
