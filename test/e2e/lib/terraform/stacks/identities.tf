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
  tags   = { phase = tostring(var.phase) }
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
  tags = { phase = tostring(var.phase) }
}

resource "aws_iam_service_linked_role" "autoscaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  description      = "phase ${var.phase}"
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
