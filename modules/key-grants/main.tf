# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  service_linked_roles = {
    "autoscaling.amazonaws.com" = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    "ec2fleet.amazonaws.com"    = "aws-service-role/ec2fleet.amazonaws.com/AWSServiceRoleForEC2Fleet"
    "spot.amazonaws.com"        = "aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"
    "spotfleet.amazonaws.com"   = "aws-service-role/spotfleet.amazonaws.com/AWSServiceRoleForEC2SpotFleet"
  }
}

resource "aws_kms_grant" "this" {
  for_each = var.grants

  grantee_principal = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${join("_", compact([local.service_linked_roles[each.value.aws_service_name], each.value.custom_suffix]))}"
  key_id            = each.value.key_arn
  name              = each.key
  operations = [
    "CreateGrant",
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
  ]
  retire_on_delete   = true
  retiring_principal = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"
}
