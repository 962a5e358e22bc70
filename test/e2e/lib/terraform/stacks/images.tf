data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-ami-*-x86_64"]
  }
}

resource "aws_ami_copy" "golden" {
  name              = "golden"
  description       = "phase ${var.phase}"
  source_ami_id     = data.aws_ami.linux.id
  source_ami_region = "eu-west-1"
  encrypted         = true
  kms_key_id        = aws_kms_key.shared.arn
  tags              = { phase = tostring(var.phase) }
}

resource "aws_ami_launch_permission" "prod" {
  image_id   = aws_ami_copy.golden.id
  account_id = "222222222222"
}

resource "aws_ebs_snapshot_copy" "root" {
  source_snapshot_id = one(data.aws_ami.linux.block_device_mappings[*].ebs.snapshot_id)
  source_region      = "eu-west-1"
  encrypted          = true
  kms_key_id         = aws_kms_key.shared.arn
  tags               = { phase = tostring(var.phase) }
}

resource "aws_snapshot_create_volume_permission" "prod" {
  snapshot_id = aws_ebs_snapshot_copy.root.id
  account_id  = "222222222222"
}

resource "aws_ami" "registered" {
  name                = "registered"
  description         = "phase ${var.phase}"
  root_device_name    = "/dev/xvda"
  virtualization_type = "hvm"
  ena_support         = true
  imds_support        = "v2.0"
  tags                = { phase = tostring(var.phase) }
  ebs_block_device {
    device_name = "/dev/xvda"
    snapshot_id = aws_ebs_snapshot_copy.root.id
    volume_size = 9
    volume_type = "gp3"
  }
}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-west-1a"
  size              = 4 + var.phase
  type              = "gp3"
  encrypted         = true
  kms_key_id        = aws_kms_key.shared.arn
  tags              = { phase = tostring(var.phase) }
}

resource "aws_ebs_snapshot" "data" {
  volume_id   = aws_ebs_volume.data.id
  description = "of data"
  tags        = { phase = tostring(var.phase) }
}

resource "aws_ebs_encryption_by_default" "prod" {
  provider = aws.prod
  enabled  = var.phase == 1
}

resource "aws_ebs_default_kms_key" "frankfurt" {
  provider = aws.frankfurt
  key_arn  = aws_kms_replica_key.main.arn
}

resource "aws_ssm_parameter" "image" {
  name      = "/images/golden"
  type      = "String"
  data_type = "aws:ec2:image"
  value     = var.phase == 1 ? aws_ami_copy.golden.id : aws_ami.registered.id
  tags      = { phase = tostring(var.phase) }
}
