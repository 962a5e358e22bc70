# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

provider "aws" {
  region = "eu-central-1"
}

module "key" {
  source = "../.."

  alias                   = "alias/images"
  description             = "images that are shared with other accounts"
  rotation_period_in_days = 180
  allow_launching         = true
  share_with_accounts     = ["222222222222"]
  share_with_organization = "o-a1b2c3d4e5"
  grant_issuers           = [{ account = "222222222222", role_name = "deploy" }]
}

output "key_arn" {
  value = module.key.key_arn
}
