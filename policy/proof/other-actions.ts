import type { ProofCall } from "./call";
import { serviceOf, type DeniedCall, type Refuser } from "./refuser";

/**
 * Actions that no copy job needs on what it touches, but for the one that it asks for. Actions that KMS never allows across accounts would prove nothing
 * about a key policy; so there are others beside them.
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
  ssm: ["ssm:LabelParameterVersion", "ssm:RemoveTagsFromResource"],
  iam: ["iam:PutRolePolicy", "iam:PassRole", "iam:DeleteServiceLinkedRole"],
  servicequotas: ["servicequotas:RequestServiceQuotaIncrease", "servicequotas:AssociateServiceQuotaTemplate"],
  sts: ["sts:TagSession", "sts:SetSourceIdentity"],
};

export function otherActions({ request }: ProofCall, refuser: Refuser): DeniedCall[] {
  return (NEEDLESS[serviceOf(request.action)] ?? [])
    .filter((action) => action !== request.action)
    .map((action) => ({
      what: `${action} where the job needs ${request.action}`,
      request: { ...request, action },
      refuser,
    }));
}
