# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

variable "name" {
  type        = string
  description = "Name of the launch template, unique in the account and Region."
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9().\\-/_]{3,128}$", var.name))
    error_message = "name must be 3 to 128 letters, digits or ()./_-."
  }
}

variable "image_id" {
  type        = string
  description = "The image: ami-..., or resolve:ssm: and the name of a parameter, which each launch then reads anew."
  nullable    = false

  validation {
    condition     = can(regex("^(ami-[0-9a-f]{8,17}|resolve:ssm:.+)$", var.image_id))
    error_message = "image_id must be an image id, or resolve:ssm: and a parameter's name."
  }
}

variable "instance_type" {
  type        = string
  description = "Type of the instances: m7i.large."
  nullable    = false
}

variable "key_arn" {
  type        = string
  description = "ARN of the key that the volumes are put under, in the Region of the template; best one of the account that launches, so that the image's key guards the image alone."
  nullable    = false

  validation {
    condition     = can(regex("^arn:[\\w-]+:kms:[a-z0-9-]+:\\d{12}:key/[\\w-]+$", var.key_arn))
    error_message = "key_arn must be the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "volumes" {
  type = map(object({
    size_gib   = optional(number)
    type       = optional(string)
    iops       = optional(number)
    throughput = optional(number)
  }))
  description = "Volumes that are put under the key, by device name of the image, root included (/dev/xvda), with what the launch changes of each. EACH DEVICE MUST BE ONE OF THE IMAGE'S."
  nullable    = false

  validation {
    condition     = length(var.volumes) > 0
    error_message = "volumes must name at least one device of the image."
  }
}

variable "security_group_ids" {
  type        = list(string)
  description = "Ids of security groups; the default is the VPC's default security group."
  default     = []
  nullable    = false
}

variable "instance_profile_name" {
  type        = string
  description = "Name of the instance profile. Whoever launches needs iam:PassRole for its role."
  default     = null
}

variable "user_data" {
  type        = string
  description = "What cloud-init runs at the first boot, as plain text. NEVER A SECRET: the state and the template hold it."
  default     = null

  validation {
    condition     = var.user_data == null ? true : length(base64encode(var.user_data)) <= 21848
    error_message = "user_data must have at most 16384 bytes."
  }
}

variable "key_name" {
  type        = string
  description = "Name of an EC2 key pair."
  default     = null
}

variable "http_tokens" {
  type        = string
  description = "required: only IMDSv2 is answered. optional: IMDSv1 as well."
  default     = "required"
  nullable    = false

  validation {
    condition     = contains(["required", "optional"], var.http_tokens)
    error_message = "http_tokens must be one of required, optional."
  }
}

variable "http_put_response_hop_limit" {
  type        = number
  description = "Network hops that an answer of the instance metadata service may take; containers need 2."
  default     = null

  validation {
    condition     = var.http_put_response_hop_limit == null ? true : var.http_put_response_hop_limit >= 1 && var.http_put_response_hop_limit <= 64 && floor(var.http_put_response_hop_limit) == var.http_put_response_hop_limit
    error_message = "http_put_response_hop_limit must be a whole number from 1 to 64 hops."
  }
}

variable "instance_metadata_tags" {
  type        = bool
  description = "Whether instances read their tags as metadata."
  default     = false
  nullable    = false
}

variable "detailed_monitoring" {
  type        = bool
  description = "Whether metrics are sent every minute instead of every five."
  default     = false
  nullable    = false
}

variable "instance_tags" {
  type        = map(string)
  description = "Tags of instances and their volumes, which the provider's default tags do not reach."
  default     = {}
  nullable    = false
}
