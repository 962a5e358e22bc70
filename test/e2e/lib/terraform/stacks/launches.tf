resource "aws_launch_template" "web" {
  name                   = "web"
  image_id               = aws_ami_copy.golden.id
  instance_type          = var.phase == 1 ? "t3.micro" : "t3.small"
  update_default_version = true
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted  = "true"
      kms_key_id = aws_kms_key.shared.arn
    }
  }
  dynamic "tag_specifications" {
    for_each = ["instance", "volume"]
    content {
      resource_type = tag_specifications.value
      tags          = { phase = tostring(var.phase) }
    }
  }
  tags = { phase = tostring(var.phase) }
}

resource "aws_autoscaling_group" "web" {
  name                      = "web"
  min_size                  = 0
  max_size                  = 1 + var.phase
  desired_capacity          = 0
  availability_zones        = ["eu-west-1a"]
  wait_for_capacity_timeout = "0"
  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
  tag {
    key                 = "phase"
    value               = tostring(var.phase)
    propagate_at_launch = true
  }
  depends_on = [aws_iam_service_linked_role.autoscaling]
}
