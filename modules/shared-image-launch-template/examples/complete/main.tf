# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

provider "aws" {
  region = "eu-central-1"
}

module "launch_template" {
  source = "../.."

  name          = "workers"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "m7i.large"
  key_arn       = "arn:aws:kms:eu-central-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  volumes       = { "/dev/xvda" = { size_gib = 20, type = "gp3" } }
  instance_tags = { team = "web" }
}

output "launch_template_id" {
  value = module.launch_template.launch_template_id
}
