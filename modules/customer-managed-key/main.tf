# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  service_linked_roles = {
    "autoscaling.amazonaws.com" = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    "ec2fleet.amazonaws.com"    = "aws-service-role/ec2fleet.amazonaws.com/AWSServiceRoleForEC2Fleet"
    "spot.amazonaws.com"        = "aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"
    "spotfleet.amazonaws.com"   = "aws-service-role/spotfleet.amazonaws.com/AWSServiceRoleForEC2SpotFleet"
  }
}

resource "aws_kms_key" "this" {
  deletion_window_in_days = var.deletion_window_in_days
  description             = var.description
  enable_key_rotation     = var.enable_key_rotation
  multi_region            = var.multi_region ? true : null
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid    = "AccountDecidesByIam"
          Effect = "Allow"
          Principal = {
            AWS = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
          }
          Action   = ["kms:*"]
          Resource = ["*"]
        },
      ],
      [for one in [
        {
          Sid    = "NobodySchedulesDeletion"
          Effect = "Deny"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:ScheduleKeyDeletion"]
          Resource = ["*"]
        },
      ] : one if var.removal_policy == "retain"],
      var.additional_statements,
      [for one in [
        {
          Sid    = "CopiersDescribe"
          Effect = "Allow"
          Principal = {
            AWS = distinct(concat(
              [for role in var.copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:root"],
              [for role in var.database_copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:root"],
            ))
          }
          Action   = ["kms:DescribeKey"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct(concat(
                [for role in var.copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:role/${role.role_name}"],
                [for role in var.database_copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:role/${role.role_name}"],
              ))
            }
          }
        },
      ] : one if length(var.copying_roles) > 0 || length(var.database_copying_roles) > 0],
      [for one in [
        {
          Sid    = "CopiersGrantToEbs"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:root"])
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct([for role in var.copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:role/${role.role_name}"])
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
            StringEquals = {
              "kms:ViaService" = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "CopiersUseThroughEc2"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:root"])
          }
          Action = [
            "kms:Decrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct([for role in var.copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:role/${role.role_name}"])
            }
            StringEquals = {
              "kms:ViaService" = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if length(var.copying_roles) > 0],
      [for one in [
        {
          Sid    = "CopiersGrantToRds"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.database_copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:root"])
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct([for role in var.database_copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:role/${role.role_name}"])
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
            StringEquals = {
              "kms:ViaService" = ["rds.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "CopiersUseThroughRds"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.database_copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:root"])
          }
          Action = [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct([for role in var.database_copying_roles : "arn:${data.aws_partition.current.partition}:iam::${role.account}:role/${role.role_name}"])
            }
            StringEquals = {
              "kms:ViaService" = ["rds.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if length(var.database_copying_roles) > 0],
      [for one in [
        {
          Sid    = "AutoScalingGrantsToEbs"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
            ArnEquals = {
              "aws:PrincipalArn" = [
                "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
              ]
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
          }
        },
        {
          Sid    = "AutoScalingMakesVolumes"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
            ArnEquals = {
              "aws:PrincipalArn" = [
                "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
              ]
            }
          }
        },
        {
          Sid    = "AutoScalingUses"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action = [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
          ]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
            ArnEquals = {
              "aws:PrincipalArn" = [
                "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
              ]
            }
          }
        },
      ] : one if var.allow_launching],
      [for one in [
        {
          Sid    = "DefaultKeyGrantsToEbs"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
              "kms:ViaService"    = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
          }
        },
        {
          Sid    = "DefaultKeyMakesVolumes"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
              "kms:ViaService"    = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "DefaultKeyUses"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
              "kms:ViaService"    = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if var.allow_ebs_default],
      [for one in [
        {
          Sid    = "SharingAccountsDescribe"
          Effect = "Allow"
          Principal = {
            AWS = [for account in var.share_with_accounts : "arn:${data.aws_partition.current.partition}:iam::${account}:root"]
          }
          Action   = ["kms:DescribeKey"]
          Resource = ["*"]
        },
        {
          Sid    = "SharingAccountsGrant"
          Effect = "Allow"
          Principal = {
            AWS = [for account in var.share_with_accounts : "arn:${data.aws_partition.current.partition}:iam::${account}:root"]
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
            StringEquals = {
              "kms:ViaService" = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "SharingAccountsUse"
          Effect = "Allow"
          Principal = {
            AWS = [for account in var.share_with_accounts : "arn:${data.aws_partition.current.partition}:iam::${account}:root"]
          }
          Action = [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "kms:ViaService" = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if length(var.share_with_accounts) > 0],
      [for one in [
        {
          Sid    = "SharingRolesDescribe"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.share_with_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:DescribeKey"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.share_with_roles
            }
          }
        },
        {
          Sid    = "SharingRolesGrant"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.share_with_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.share_with_roles
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
            StringEquals = {
              "kms:ViaService" = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "SharingRolesUse"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.share_with_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action = [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.share_with_roles
            }
            StringEquals = {
              "kms:ViaService" = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if length(var.share_with_roles) > 0],
      [for one in [
        {
          Sid    = "SharingOrganizationDescribe"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:DescribeKey"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "aws:PrincipalOrgID" = [var.share_with_organization]
            }
            StringNotEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
          }
        },
        {
          Sid    = "SharingOrganizationGrant"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "aws:PrincipalOrgID" = [var.share_with_organization]
              "kms:ViaService"     = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
            StringNotEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
          }
        },
        {
          Sid    = "SharingOrganizationUse"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action = [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = ["*"]
          Condition = {
            StringEquals = {
              "aws:PrincipalOrgID" = [var.share_with_organization]
              "kms:ViaService"     = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
            StringNotEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
          }
        },
      ] : one if var.share_with_organization != null],
      [for one in [
        {
          Sid    = "SharingOrganizationalUnitsDescribe"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:DescribeKey"]
          Resource = ["*"]
          Condition = {
            "ForAnyValue:StringLike" = {
              "aws:PrincipalOrgPaths" = [for unit in var.share_with_organizational_units : "${unit}/*"]
            }
            StringNotEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
          }
        },
        {
          Sid    = "SharingOrganizationalUnitsGrant"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            "ForAnyValue:StringLike" = {
              "aws:PrincipalOrgPaths" = [for unit in var.share_with_organizational_units : "${unit}/*"]
            }
            StringNotEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
            StringEquals = {
              "kms:ViaService" = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "SharingOrganizationalUnitsUse"
          Effect = "Allow"
          Principal = {
            AWS = ["*"]
          }
          Action = [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
          ]
          Resource = ["*"]
          Condition = {
            "ForAnyValue:StringLike" = {
              "aws:PrincipalOrgPaths" = [for unit in var.share_with_organizational_units : "${unit}/*"]
            }
            StringNotEquals = {
              "kms:CallerAccount" = [data.aws_caller_identity.current.account_id]
            }
            StringEquals = {
              "kms:ViaService" = [for service in var.share_services : "${service}.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if length(var.share_with_organizational_units) > 0],
      [for one in [
        {
          Sid    = "IssuersGrantToServiceLinkedRoles"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for issuer in var.grant_issuers : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:root"])
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct([for issuer in var.grant_issuers : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:role/${issuer.role_name}"])
            }
            StringEquals = {
              "kms:GranteePrincipal" = distinct(flatten([for issuer in var.grant_issuers : [for grantee in var.grantees : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:role/${join("_", compact([local.service_linked_roles[grantee.aws_service_name], grantee.custom_suffix]))}"]]))
            }
            "ForAllValues:StringEquals" = {
              "kms:GrantOperations" = [
                "CreateGrant",
                "Decrypt",
                "DescribeKey",
                "Encrypt",
                "GenerateDataKey",
                "GenerateDataKeyWithoutPlaintext",
                "ReEncryptFrom",
                "ReEncryptTo",
              ]
            }
          }
        },
      ] : one if length(var.grant_issuers) > 0],
      [for one in [
        {
          Sid    = "IssuersReadGrants"
          Effect = "Allow"
          Principal = {
            AWS = distinct(concat(
              [for issuer in var.grant_issuers : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:root"],
              [for issuer in var.former_grant_issuers : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:root"],
            ))
          }
          Action   = ["kms:ListGrants"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = distinct(concat(
                [for issuer in var.grant_issuers : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:role/${issuer.role_name}"],
                [for issuer in var.former_grant_issuers : "arn:${data.aws_partition.current.partition}:iam::${issuer.account}:role/${issuer.role_name}"],
              ))
            }
          }
        },
      ] : one if length(var.grant_issuers) > 0 || length(var.former_grant_issuers) > 0],
      [for one in [
        {
          Sid    = "RolesDecrypt"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.decrypting_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:Decrypt"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.decrypting_roles
            }
          }
        },
      ] : one if length(var.decrypting_roles) > 0],
      [for one in [
        {
          Sid    = "RolesEncrypt"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.encrypting_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.encrypting_roles
            }
          }
        },
      ] : one if length(var.encrypting_roles) > 0],
      [for one in [
        {
          Sid    = "RolesDescribeKeyOfVolumes"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.ebs_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:DescribeKey"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.ebs_roles
            }
          }
        },
        {
          Sid    = "RolesGrantToEbs"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.ebs_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:CreateGrant"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.ebs_roles
            }
            Bool = {
              "kms:GrantIsForAWSResource" = ["true"]
            }
            StringEquals = {
              "kms:ViaService" = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
        {
          Sid    = "RolesUseThroughEbs"
          Effect = "Allow"
          Principal = {
            AWS = distinct([for role in var.ebs_roles : "arn:${data.aws_partition.current.partition}:iam::${split(":", role)[4]}:root"])
          }
          Action   = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
          Resource = ["*"]
          Condition = {
            ArnEquals = {
              "aws:PrincipalArn" = var.ebs_roles
            }
            StringEquals = {
              "kms:ViaService" = ["ec2.${data.aws_region.current.id}.amazonaws.com"]
            }
          }
        },
      ] : one if length(var.ebs_roles) > 0],
    )
  })
  rotation_period_in_days = var.enable_key_rotation && var.rotation_period_in_days != null ? var.rotation_period_in_days : null
  tags                    = var.tags
  is_enabled              = var.enabled ? null : false
}

resource "aws_kms_alias" "this" {
  name          = var.alias
  target_key_id = aws_kms_key.this.key_id
}
