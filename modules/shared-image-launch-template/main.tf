# Generated from the constructs of Keyferry by `npm run modules`; do not edit.

resource "aws_launch_template" "this" {
  image_id               = var.image_id
  instance_type          = var.instance_type
  key_name               = var.key_name
  name                   = var.name
  update_default_version = true
  user_data              = var.user_data != null ? base64encode(var.user_data) : null
  vpc_security_group_ids = length(var.security_group_ids) > 0 ? var.security_group_ids : null

  dynamic "block_device_mappings" {
    for_each = var.volumes

    content {
      device_name = block_device_mappings.key

      ebs {
        encrypted   = "true"
        iops        = block_device_mappings.value.iops
        kms_key_id  = var.key_arn
        throughput  = block_device_mappings.value.throughput
        volume_size = block_device_mappings.value.size_gib
        volume_type = block_device_mappings.value.type
      }
    }
  }

  dynamic "iam_instance_profile" {
    for_each = var.instance_profile_name != null ? [true] : []

    content {
      name = var.instance_profile_name
    }
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_put_response_hop_limit = var.http_put_response_hop_limit
    http_tokens                 = var.http_tokens
    instance_metadata_tags      = var.instance_metadata_tags ? "enabled" : null
  }

  dynamic "monitoring" {
    for_each = var.detailed_monitoring ? [true] : []

    content {
      enabled = true
    }
  }

  dynamic "tag_specifications" {
    for_each = length(var.instance_tags) > 0 ? [true] : []

    content {
      resource_type = "instance"
      tags          = var.instance_tags
    }
  }

  dynamic "tag_specifications" {
    for_each = length(var.instance_tags) > 0 ? [true] : []

    content {
      resource_type = "volume"
      tags          = var.instance_tags
    }
  }
}
