# A user's project with the modules and two accounts: one owns a key, the other launches under it.
variable "accounts" {
  type    = list(string)
  default = ["222222222222"]
}

variable "rotation_period_in_days" {
  type    = number
  default = null
}

variable "removal_policy" {
  type    = string
  default = "retain"
}

variable "volume_size" {
  type    = number
  default = 8
}

variable "instance_tags" {
  type    = map(string)
  default = {}
}

variable "grants" {
  type    = set(string)
  default = ["workers"]
}

provider "aws" {
  alias      = "images"
  region     = "eu-central-1"
  access_key = "111111111111"
  secret_key = "rehearsal"
}

provider "aws" {
  alias      = "workers"
  region     = "eu-central-1"
  access_key = "222222222222"
  secret_key = "rehearsal"

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/deploy"
  }
}

module "images_key" {
  source    = "./modules/customer-managed-key"
  providers = { aws = aws.images }

  alias                   = "alias/images"
  description             = "images that are shared with other accounts"
  removal_policy          = var.removal_policy
  rotation_period_in_days = var.rotation_period_in_days
  share_with_accounts     = var.accounts
  grant_issuers           = [{ account = "222222222222", role_name = "deploy" }]
}

module "grants" {
  source    = "./modules/key-grants"
  providers = { aws = aws.workers }

  grants = { for name in var.grants : name => { key_arn = module.images_key.key_arn } }
}

module "volumes_key" {
  source    = "./modules/customer-managed-key"
  providers = { aws = aws.workers }

  alias           = "alias/volumes"
  description     = "volumes of the workers"
  removal_policy  = var.removal_policy
  allow_launching = true
}

module "launch_template" {
  source     = "./modules/shared-image-launch-template"
  providers  = { aws = aws.workers }
  depends_on = [module.grants]

  name          = "workers"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "m7i.large"
  key_arn       = module.volumes_key.key_arn
  volumes       = { "/dev/xvda" = { size_gib = var.volume_size, type = "gp3" } }
  user_data     = "#!/bin/sh\necho $${HOME}"
  instance_tags = var.instance_tags
}
