"""Lets IAM policies name regional S3 resources: jobs, access points. moto takes every S3 ARN for a bucket's."""

import re

from moto.iam.policy_validation import IAMPolicyDocumentValidator

REGIONAL = re.compile(r"^arn:[^:]+:s3:[^:]+:[^:]*:(job|accesspoint|storage-lens|storage-lens-group|access-grants)/")


def accept_regional_s3():
    validate = IAMPolicyDocumentValidator._validate_resource_format

    def unless_regional(self, resource):
        if not REGIONAL.match(resource):
            validate(self, resource)

    IAMPolicyDocumentValidator._validate_resource_format = unless_regional
