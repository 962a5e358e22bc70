# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

variable "alias" {
  type        = string
  description = "The name by which the key is found, with its prefix: alias/app-data."
  nullable    = false

  validation {
    condition     = can(regex("^alias/[\\w/-]{1,250}$", var.alias))
    error_message = "alias must be alias/ and 1 to 250 letters, digits or /_-, not alias/aws/."
  }

  validation {
    condition     = !startswith(var.alias, "alias/aws/")
    error_message = "alias must not begin with alias/aws/, which is AWS's own."
  }
}

variable "description" {
  type        = string
  description = "What the key is for; shown in the console."
  nullable    = false
}

variable "removal_policy" {
  type        = string
  description = "retain: the key policy refuses the deletion of the key to everybody, Terraform included. destroy: removing the key schedules its deletion, AND EVERYTHING UNDER IT IS LOST."
  default     = "retain"
  nullable    = false

  validation {
    condition     = contains(["retain", "destroy"], var.removal_policy)
    error_message = "removal_policy must be one of retain, destroy."
  }
}

variable "enabled" {
  type        = bool
  description = "Whether the key can be used."
  default     = true
  nullable    = false
}

variable "enable_key_rotation" {
  type        = bool
  description = "Whether KMS makes new key material from time to time; what is under the old one stays readable."
  default     = true
  nullable    = false
}

variable "rotation_period_in_days" {
  type        = number
  description = "Days between two rotations, 90 to 2560; AWS's own period is 365."
  default     = null

  validation {
    condition     = var.rotation_period_in_days == null ? true : var.rotation_period_in_days >= 90 && var.rotation_period_in_days <= 2560 && floor(var.rotation_period_in_days) == var.rotation_period_in_days
    error_message = "rotation_period_in_days must be a whole number from 90 to 2560 days."
  }

  validation {
    condition     = var.rotation_period_in_days == null || var.enable_key_rotation
    error_message = "rotation_period_in_days must be left out where enable_key_rotation is false."
  }
}

variable "multi_region" {
  type        = bool
  description = "Whether the key can have replicas in other Regions. A key that exists can neither become one nor stop being one."
  default     = false
  nullable    = false
}

variable "deletion_window_in_days" {
  type        = number
  description = "Days for which a removed key waits for its deletion, 7 to 30."
  default     = 30
  nullable    = false

  validation {
    condition     = var.deletion_window_in_days >= 7 && var.deletion_window_in_days <= 30 && floor(var.deletion_window_in_days) == var.deletion_window_in_days
    error_message = "deletion_window_in_days must be a whole number from 7 to 30 days."
  }
}

variable "tags" {
  type        = map(string)
  description = "Tags of the key; they win over the provider's default tags."
  default     = {}
  nullable    = false
}

variable "share_with_accounts" {
  type        = list(string)
  description = "Ids of other accounts that may use the key through share_services; their IAM decides who there."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.share_with_accounts : can(regex("^\\d{12}$", one))])
    error_message = "share_with_accounts: every element must be an account id of 12 digits."
  }
}

variable "share_with_roles" {
  type        = list(string)
  description = "ARNs of roles of other accounts that may use the key through share_services; their own policies must allow it as well."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.share_with_roles : can(regex("^arn:(aws[\\w-]*):iam::(\\d{12}):role/[\\w+=,.@/-]{1,512}$", one))])
    error_message = "share_with_roles: every element must be the ARN of a role."
  }
}

variable "share_with_organization" {
  type        = string
  description = "Id of an organisation all of whose accounts may use the key through share_services."
  default     = null

  validation {
    condition     = var.share_with_organization == null ? true : can(regex("^o-[a-z0-9]{10,32}$", var.share_with_organization))
    error_message = "share_with_organization must be o- and 10 to 32 lower-case letters or digits."
  }
}

variable "share_with_organizational_units" {
  type        = list(string)
  description = "Organisational units, each with all that are above it (o-a1b2c3d4e5/r-ab12/ou-ab12-11111111): accounts in and below them may use the key through share_services."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.share_with_organizational_units : can(regex("^o-[a-z0-9]{10,32}/r-[0-9a-z]{4,32}(/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})+$", one))])
    error_message = "share_with_organizational_units: every element must be the path of an organisational unit: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111."
  }
}

variable "share_services" {
  type        = list(string)
  description = "AWS services through which the key may be used by whom it is shared with: ec2, rds, s3."
  default     = ["ec2"]
  nullable    = false

  validation {
    condition     = length(var.share_services) > 0 && alltrue([for one in var.share_services : contains(["ec2", "rds", "s3"], one)])
    error_message = "share_services must be one or more of ec2, rds, s3."
  }
}

variable "decrypting_roles" {
  type        = list(string)
  description = "ARNs of roles of other accounts that read what is under the key."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.decrypting_roles : can(regex("^arn:(aws[\\w-]*):iam::(\\d{12}):role/[\\w+=,.@/-]{1,512}$", one))])
    error_message = "decrypting_roles: every element must be the ARN of a role."
  }
}

variable "encrypting_roles" {
  type        = list(string)
  description = "ARNs of roles of other accounts that put something under the key, and read none of it."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.encrypting_roles : can(regex("^arn:(aws[\\w-]*):iam::(\\d{12}):role/[\\w+=,.@/-]{1,512}$", one))])
    error_message = "encrypting_roles: every element must be the ARN of a role."
  }
}

variable "ebs_roles" {
  type        = list(string)
  description = "ARNs of roles of other accounts that make, attach, copy and launch from volumes and snapshots under the key, through EC2 alone."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.ebs_roles : can(regex("^arn:(aws[\\w-]*):iam::(\\d{12}):role/[\\w+=,.@/-]{1,512}$", one))])
    error_message = "ebs_roles: every element must be the ARN of a role."
  }
}

variable "copying_roles" {
  type        = list(object({ account = string, role_name = string }))
  description = "Roles of other accounts that copy snapshots and images that are under the key and shared with their accounts."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.copying_roles : can(regex("^\\d{12}$", one.account))])
    error_message = "copying_roles: every element (account) must be an account id of 12 digits."
  }

  validation {
    condition     = alltrue([for one in var.copying_roles : can(regex("^[\\w+=,.@-]{1,64}$", one.role_name))])
    error_message = "copying_roles: every element (role_name) must be 1 to 64 letters, digits or +=,.@_-."
  }
}

variable "database_copying_roles" {
  type        = list(object({ account = string, role_name = string }))
  description = "Roles of other accounts that copy snapshots of RDS databases that are under the key and shared with their accounts."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.database_copying_roles : can(regex("^\\d{12}$", one.account))])
    error_message = "database_copying_roles: every element (account) must be an account id of 12 digits."
  }

  validation {
    condition     = alltrue([for one in var.database_copying_roles : can(regex("^[\\w+=,.@-]{1,64}$", one.role_name))])
    error_message = "database_copying_roles: every element (role_name) must be 1 to 64 letters, digits or +=,.@_-."
  }
}

variable "allow_launching" {
  type        = bool
  description = "Whether Auto Scaling groups of the key's account launch instances whose volumes are under the key."
  default     = false
  nullable    = false
}

variable "allow_ebs_default" {
  type        = bool
  description = "Whether everybody in the account uses the key through EC2, as an EBS default key needs it."
  default     = false
  nullable    = false
}

variable "grant_issuers" {
  type        = list(object({ account = string, role_name = string }))
  description = "Roles of other accounts that make grants on the key to service-linked roles of their accounts (the module key-grants): as which Terraform runs there."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.grant_issuers : can(regex("^\\d{12}$", one.account))])
    error_message = "grant_issuers: every element (account) must be an account id of 12 digits."
  }

  validation {
    condition     = alltrue([for one in var.grant_issuers : can(regex("^[\\w+=,.@-]{1,64}$", one.role_name))])
    error_message = "grant_issuers: every element (role_name) must be 1 to 64 letters, digits or +=,.@_-."
  }
}

variable "grantees" {
  type        = list(object({ aws_service_name = string, custom_suffix = optional(string) }))
  description = "Service-linked roles to which grant_issuers may make grants."
  default     = [{ aws_service_name = "autoscaling.amazonaws.com" }]
  nullable    = false

  validation {
    condition     = length(var.grantees) > 0
    error_message = "grantees must name at least one role."
  }

  validation {
    condition     = alltrue([for one in var.grantees : contains(["autoscaling.amazonaws.com", "ec2fleet.amazonaws.com", "spot.amazonaws.com", "spotfleet.amazonaws.com"], one.aws_service_name)])
    error_message = "grantees: every aws_service_name must be one of autoscaling.amazonaws.com, ec2fleet.amazonaws.com, spot.amazonaws.com, spotfleet.amazonaws.com."
  }

  validation {
    condition     = alltrue([for one in var.grantees : one.custom_suffix == null ? true : contains(["autoscaling.amazonaws.com"], one.aws_service_name) && can(regex("^[\\w+=,.@-]{1,64}$", one.custom_suffix))])
    error_message = "grantees: a custom_suffix must be 1 to 64 letters, digits or +=,.@_-, and only roles of autoscaling.amazonaws.com have one."
  }
}

variable "former_grant_issuers" {
  type        = list(object({ account = string, role_name = string }))
  description = "Roles that have made such grants and are to make none any more: they read them once more, to retire them."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.former_grant_issuers : can(regex("^\\d{12}$", one.account))])
    error_message = "former_grant_issuers: every element (account) must be an account id of 12 digits."
  }

  validation {
    condition     = alltrue([for one in var.former_grant_issuers : can(regex("^[\\w+=,.@-]{1,64}$", one.role_name))])
    error_message = "former_grant_issuers: every element (role_name) must be 1 to 64 letters, digits or +=,.@_-."
  }
}

variable "additional_statements" {
  type        = any
  description = "Statements of the key policy besides those that the other variables bring: a list of objects as JSON has them, with Sid."
  default     = []
  nullable    = false

  validation {
    condition     = can([for one in var.additional_statements : one.Effect])
    error_message = "additional_statements must be a list of statements."
  }
}
