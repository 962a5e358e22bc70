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

variable "valid_to" {
  description = "When the imported material expires: within a year."
  type        = string
}

# 256 bits of key material, base64.
resource "aws_kms_external_key" "brought" {
  description             = "brought ${var.phase}"
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  valid_to                = var.valid_to
  enabled                 = true
  deletion_window_in_days = 7
  tags                    = { phase = tostring(var.phase) }
}

resource "aws_kms_external_key" "primary" {
  description             = "primary"
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  multi_region            = true
  enabled                 = true
  deletion_window_in_days = 7
}

resource "aws_kms_replica_external_key" "primary" {
  provider                = aws.frankfurt
  primary_key_arn         = aws_kms_external_key.primary.arn
  description             = "replica ${var.phase}"
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  enabled                 = true
  deletion_window_in_days = 7
}

resource "aws_kms_ciphertext" "secret" {
  key_id    = aws_kms_key.shared.key_id
  plaintext = "secret"
  context   = { role = "admin" }
}
