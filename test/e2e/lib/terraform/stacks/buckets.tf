resource "aws_s3_bucket" "source" {
  bucket        = "keyferry-source"
  force_destroy = true
  tags          = { phase = tostring(var.phase) }
}

resource "aws_s3_bucket_versioning" "source" {
  bucket = aws_s3_bucket.source.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "source" {
  bucket = aws_s3_bucket.source.id
  rule {
    bucket_key_enabled = var.phase == 1
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.shared.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "source" {
  bucket                  = aws_s3_bucket.source.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = var.phase == 1
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "target" {
  provider = aws.prod
  bucket   = aws_s3_bucket.target.id
  rule { object_ownership = var.phase == 1 ? "BucketOwnerEnforced" : "BucketOwnerPreferred" }
}

resource "aws_s3_bucket" "target" {
  provider = aws.prod
  bucket   = "keyferry-target"
}

resource "aws_s3_bucket_versioning" "target" {
  provider = aws.prod
  bucket   = aws_s3_bucket.target.id
  versioning_configuration { status = "Enabled" }
}
