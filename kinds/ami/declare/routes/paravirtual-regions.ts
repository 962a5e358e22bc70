/**
 * Regions that support paravirtual images; AWS adds none. Sources: EC2 user guide, "Linux AMI virtualization types" (Regions of the
 * partition aws); AWS Config, `ec2-paravirtual-instance-check` (the same Regions and cn-north-1); EC2 user guide, "Amazon PV-GRUB kernel
 * image IDs" (us-gov-west-1).
 */
export const PARAVIRTUAL_REGIONS: readonly string[] = [
  "ap-northeast-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "cn-north-1",
  "eu-central-1",
  "eu-west-1",
  "sa-east-1",
  "us-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
];
