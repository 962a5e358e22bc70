# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

output "grant_ids" {
  description = "Ids of the grants, by their names."
  value       = { for name, grant in aws_kms_grant.this : name => grant.grant_id }
}

output "grantee_principals" {
  description = "ARNs of the service-linked roles, by the names of the grants."
  value       = { for name, grant in aws_kms_grant.this : name => grant.grantee_principal }
}
