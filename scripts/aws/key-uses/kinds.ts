/**
 * Everything that is checked before a key can be deleted. Other uses, such as objects that were written with the key by name, show
 * only in its last use.
 */
export const KEY_USE_KINDS = [
  { id: "volumes", what: "EBS volumes", actions: ["ec2:DescribeVolumes", "ec2:DescribeInstances"] },
  {
    id: "snapshots",
    what: "EBS snapshots, those in the archive included",
    actions: ["ec2:DescribeSnapshots"],
  },
  { id: "images", what: "images on its snapshots", actions: ["ec2:DescribeImages", "ec2:DescribeSnapshots"] },
  {
    id: "recycle-bin",
    what: "snapshots and images in the Recycle Bin",
    actions: ["ec2:ListSnapshotsInRecycleBin", "ec2:ListImagesInRecycleBin"],
  },
  {
    id: "launches",
    what: "launch templates, launch configurations, their Auto Scaling groups and Spot Fleet requests",
    actions: [
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeSpotFleetRequests",
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLaunchConfigurations",
      "ssm:GetParameters",
    ],
  },
  { id: "ebs-default", what: "the EBS default key of the Region", actions: ["ec2:GetEbsDefaultKmsKeyId"] },
  { id: "grants", what: "grants", actions: ["kms:ListGrants"] },
  { id: "aliases", what: "other aliases", actions: ["kms:ListAliases"] },
  { id: "replicas", what: "replicas of a multi-Region key", actions: ["kms:DescribeKey"] },
  {
    id: "rds",
    what: "RDS instances, clusters and their snapshots and backups",
    actions: [
      "rds:DescribeDBInstances",
      "rds:DescribeDBClusters",
      "rds:DescribeDBSnapshots",
      "rds:DescribeDBClusterSnapshots",
      "rds:DescribeDBInstanceAutomatedBackups",
      "rds:DescribeDBClusterAutomatedBackups",
    ],
  },
  {
    id: "s3",
    what: "default encryption of S3 buckets",
    actions: ["s3:ListAllMyBuckets", "s3:GetEncryptionConfiguration"],
  },
  {
    id: "s3-replication",
    what: "S3 replication rules that encrypt replicas under it",
    actions: ["s3:ListAllMyBuckets", "s3:GetReplicationConfiguration"],
  },
  { id: "parameters", what: "SecureString parameters", actions: ["ssm:DescribeParameters"] },
  { id: "secrets", what: "secrets of Secrets Manager", actions: ["secretsmanager:ListSecrets"] },
  { id: "logs", what: "log groups of CloudWatch Logs", actions: ["logs:DescribeLogGroups"] },
] as const satisfies readonly KeyUseKindRow[];

interface KeyUseKindRow {
  readonly id: string;
  readonly what: string;
  /** IAM actions that the check requires. */
  readonly actions: readonly string[];
}

export type KeyUseKind = (typeof KEY_USE_KINDS)[number]["id"];
