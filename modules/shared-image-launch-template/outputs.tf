# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

output "launch_template_id" {
  description = "lt-..."
  value       = aws_launch_template.this.id
}

output "latest_version" {
  description = "Number of the newest version, which is also the default one."
  value       = aws_launch_template.this.latest_version
}
