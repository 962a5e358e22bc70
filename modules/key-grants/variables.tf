# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

variable "grants" {
  type        = map(object({ key_arn = string, aws_service_name = optional(string, "autoscaling.amazonaws.com"), custom_suffix = optional(string) }))
  description = "Grants by their names: the ARN of a key in the provider's Region, of whatever account, and the service-linked role of the provider's account that launches instances under it. THE ROLE MUST EXIST: aws iam create-service-linked-role makes it."
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.grants) : can(regex("^[\\w:/-]{1,256}$", name))])
    error_message = "grants: every name must be 1 to 256 letters, digits or :/_-."
  }

  validation {
    condition     = alltrue([for one in values(var.grants) : can(regex("^arn:[\\w-]+:kms:[a-z0-9-]+:\\d{12}:key/[\\w-]+$", one.key_arn))])
    error_message = "grants: every key_arn must be the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }

  validation {
    condition     = alltrue([for one in values(var.grants) : contains(["autoscaling.amazonaws.com", "ec2fleet.amazonaws.com", "spot.amazonaws.com", "spotfleet.amazonaws.com"], one.aws_service_name)])
    error_message = "grants: every aws_service_name must be one of autoscaling.amazonaws.com, ec2fleet.amazonaws.com, spot.amazonaws.com, spotfleet.amazonaws.com."
  }

  validation {
    condition     = alltrue([for one in values(var.grants) : one.custom_suffix == null ? true : contains(["autoscaling.amazonaws.com"], one.aws_service_name) && can(regex("^[\\w+=,.@-]{1,64}$", one.custom_suffix))])
    error_message = "grants: a custom_suffix must be 1 to 64 letters, digits or +=,.@_-, and only roles of autoscaling.amazonaws.com have one."
  }
}
