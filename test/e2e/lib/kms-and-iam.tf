# Two phases of everything that KMS and IAM offer Terraform: the second changes what can be changed in place.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "phase" {
  type    = number
  default = 1
}

provider "aws" {
  region              = "eu-west-1"
  access_key          = "111111111111"
  secret_key          = "rehearsal"
  allowed_account_ids = ["111111111111"]
}

provider "aws" {
  alias               = "frankfurt"
  region              = "eu-central-1"
  access_key          = "111111111111"
  secret_key          = "rehearsal"
  allowed_account_ids = ["111111111111"]
}

provider "aws" {
  alias               = "prod"
  region              = "eu-west-1"
  access_key          = "222222222222"
  secret_key          = "rehearsal"
  allowed_account_ids = ["222222222222"]
}

resource "aws_kms_key" "main" {
  description             = "main"
  enable_key_rotation     = true
  rotation_period_in_days = 91
  multi_region            = true
  deletion_window_in_days = 7
  tags                    = { phase = tostring(var.phase) }
}

resource "aws_kms_alias" "main" {
  name          = "alias/main-${var.phase}"
  target_key_id = aws_kms_key.main.key_id
}

resource "aws_kms_replica_key" "main" {
  provider                = aws.frankfurt
  primary_key_arn         = aws_kms_key.main.arn
  description             = "replica ${var.phase}"
  deletion_window_in_days = 7
}

resource "aws_kms_key" "shared" {
  deletion_window_in_days = 7
}

resource "aws_kms_key_policy" "shared" {
  key_id = aws_kms_key.shared.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "own", Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "kms:*", Resource = "*" },
      { Sid = "prod ${var.phase}", Effect = "Allow", Principal = { AWS = "arn:aws:iam::222222222222:root" }, Action = ["kms:CreateGrant", "kms:DescribeKey", "kms:ListGrants", "kms:RetireGrant", "kms:RevokeGrant"], Resource = "*" },
      { Sid = "runner", Effect = "Allow", Principal = { AWS = aws_iam_role.runner.arn }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}

resource "aws_kms_grant" "foreign" {
  provider          = aws.prod
  name              = "foreign-${var.phase}"
  key_id            = aws_kms_key.shared.arn
  grantee_principal = aws_iam_role.consumer.arn
  operations        = ["Decrypt", "DescribeKey", "CreateGrant"]
  constraints {
    encryption_context_subset = { project = "x" }
  }
  depends_on = [aws_kms_key_policy.shared]
}

resource "aws_kms_grant" "own" {
  key_id             = aws_kms_key.shared.key_id
  grantee_principal  = aws_iam_role.runner.arn
  retiring_principal = "arn:aws:iam::111111111111:user/administrator"
  retire_on_delete   = true
  operations         = ["Encrypt"]
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.shared.key_id
  plaintext = "secret"
  context   = { role = "admin" }
}

resource "aws_iam_role" "runner" {
  name                 = "runner"
  max_session_duration = 3600 * var.phase
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111111111111:root" }, Action = "sts:AssumeRole" }]
  })
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { phase = tostring(var.phase) }
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["kms:*", "ec2:*"], Resource = "*", Sid = "P${var.phase}" }] })
}

resource "aws_iam_role_policy" "runner" {
  role   = aws_iam_role.runner.name
  name   = "inline"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:ListKeys", Resource = "*", Sid = "P${var.phase}" }] })
}

resource "aws_iam_role_policy_attachment" "runner" {
  role       = aws_iam_role.runner.name
  policy_arn = aws_iam_policy.boundary.arn
}

resource "aws_iam_instance_profile" "runner" {
  name = "runner"
  role = aws_iam_role.runner.name
}

resource "aws_iam_user" "ci" {
  name = "ci"
  tags = { phase = tostring(var.phase) }
}

resource "aws_iam_access_key" "ci" {
  user   = aws_iam_user.ci.name
  status = var.phase == 1 ? "Active" : "Inactive"
}

resource "aws_iam_user_policy" "ci" {
  user   = aws_iam_user.ci.name
  name   = "inline"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:ListKeys", Resource = "*" }] })
}

resource "aws_iam_group" "ops" {
  name = "ops"
}

resource "aws_iam_group_membership" "ops" {
  name  = "ops"
  group = aws_iam_group.ops.name
  users = [aws_iam_user.ci.name]
}

resource "aws_iam_role" "consumer" {
  provider = aws.prod
  name     = "consumer"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::222222222222:root" }, Action = "sts:AssumeRole" }]
  })
}
