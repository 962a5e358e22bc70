# Two phases of every resource type of the stacks: the second changes what can be changed in place.
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
