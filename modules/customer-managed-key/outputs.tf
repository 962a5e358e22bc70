# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

output "key_arn" {
  description = "ARN of the key itself, which identity policies name."
  value       = aws_kms_key.this.arn
}

output "key_id" {
  description = "Id of the key."
  value       = aws_kms_key.this.key_id
}

output "alias" {
  description = "Alias of the key, with its prefix."
  value       = var.alias
}
