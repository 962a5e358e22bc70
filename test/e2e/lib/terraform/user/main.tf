# A user's own stack next to ours: other services, deployed by an administrator or a session of a deploy role.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "deploy_role" {
  description = "ARN of the role that deploys."
  type        = string
  default     = null
}

variable "beyond" {
  type    = bool
  default = false
}

provider "aws" {
  region              = "eu-west-1"
  access_key          = "111111111111"
  secret_key          = "rehearsal"
  allowed_account_ids = ["111111111111"]
  dynamic "assume_role" {
    for_each = var.deploy_role[*]
    content { role_arn = assume_role.value }
  }
}

resource "aws_sqs_queue" "orders" {
  name                       = "orders"
  visibility_timeout_seconds = 60
  tags                       = { team = "shop" }
}

resource "aws_sns_topic" "orders" {
  name = "orders"
  tags = { team = "shop" }
}

resource "aws_sns_topic_subscription" "orders" {
  topic_arn = aws_sns_topic.orders.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.orders.arn
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  tags = { team = "shop" }
}

# A table that the deploy role may not create.
resource "aws_dynamodb_table" "beyond" {
  count        = var.beyond ? 1 : 0
  name         = "payments"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_cloudwatch_log_group" "function" {
  name              = "/aws/lambda/orders"
  retention_in_days = 14
  tags              = { team = "shop" }
}

resource "aws_iam_role" "function" {
  name = "orders-function"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "function" {
  role = aws_iam_role.function.name
  name = "function"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = aws_sqs_queue.orders.arn },
      { Effect = "Allow", Action = "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn },
    ]
  })
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.function.arn
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  filename      = "${path.module}/function.zip"
  tags          = { team = "shop" }
  depends_on    = [aws_cloudwatch_log_group.function]
}

resource "aws_vpc" "shop" {
  cidr_block           = "10.1.0.0/16"
  enable_dns_hostnames = true
  tags                 = { team = "shop" }
}

resource "aws_subnet" "shop" {
  vpc_id            = aws_vpc.shop.id
  cidr_block        = "10.1.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_security_group" "shop" {
  name   = "shop"
  vpc_id = aws_vpc.shop.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.1.0.0/16"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
