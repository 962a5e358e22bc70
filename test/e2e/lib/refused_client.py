"""Makes calls that the rehearsal cloud refuses, with boto3's retries set to five attempts.

Usage: refused_client.py URL SESSION; SESSION is the JSON of temporary credentials. Prints the error codes as JSON.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL, SESSION = sys.argv[1], json.loads(sys.argv[2])
ADMINISTRATOR = {"aws_access_key_id": "111111111111", "aws_secret_access_key": "rehearsal"}
CONFIG = Config(retries={"mode": "standard", "max_attempts": 5})


def refusal(service, operation, credentials, **parameters):
    client = boto3.client(service, endpoint_url=URL, region_name="eu-west-1", config=CONFIG, **credentials)
    try:
        getattr(client, operation)(**parameters)
        return None
    except ClientError as error:
        return error.response["Error"]["Code"]


print(
    json.dumps(
        {
            "ec2": refusal("ec2", "describe_spot_price_history", ADMINISTRATOR),
            "kms": refusal("kms", "create_custom_key_store", ADMINISTRATOR, CustomKeyStoreName="none"),
            "iam": refusal("iam", "list_saml_providers", ADMINISTRATOR),
            "s3": refusal(
                "s3",
                "put_bucket_accelerate_configuration",
                ADMINISTRATOR,
                Bucket="bucket",
                AccelerateConfiguration={"Status": "Enabled"},
            ),
            "json service": refusal("swf", "list_domains", SESSION, registrationStatus="REGISTERED"),
            "query service": refusal("elasticache", "describe_cache_clusters", SESSION),
            "rest service": refusal("batch", "describe_job_queues", SESSION),
        }
    )
)
