# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

provider "aws" {
  region = "eu-central-1"
}

module "grants" {
  source = "../.."

  grants = {
    workers = {
      key_arn = "arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

output "grant_ids" {
  value = module.grants.grant_ids
}
