"""Unmodified boto 2: a shared image, a bucket with a file, and a role.

Usage: boto_client.py URL; prints its results as JSON. boto 2 takes the service and Region from the host name unless they are set.
"""

import json
import os
import sys
import time
from urllib.parse import urlsplit

os.environ["S3_USE_SIGV4"] = "True"

from boto.ec2.connection import EC2Connection
from boto.ec2.regioninfo import RegionInfo
from boto.iam.connection import IAMConnection
from boto.s3.connection import OrdinaryCallingFormat, S3Connection

AT = urlsplit(sys.argv[1])
OWN = {
    "aws_access_key_id": "111111111111",
    "aws_secret_access_key": "rehearsal",
    "is_secure": False,
    "port": AT.port,
}


def signing(connection, service, region="eu-west-1"):
    connection.auth_service_name, connection.auth_region_name = service, region
    return connection


ec2 = signing(EC2Connection(region=RegionInfo(name="eu-west-1", endpoint=AT.hostname), **OWN), "ec2")
base = ec2.get_all_images(owners=["amazon"], filters={"architecture": "x86_64"})[0]
instance = ec2.run_instances(base.id, instance_type="t3.micro").instances[0]
while instance.update() == "pending":
    time.sleep(0.2)
image = ec2.create_image(instance.id, "by-boto", no_reboot=True)
while ec2.get_image(image).state == "pending":
    time.sleep(0.2)
ec2.create_tags([image], {"team": "web"})
ec2.modify_image_attribute(image, operation="add", user_ids=["222222222222"])
instance.terminate()

s3 = signing(S3Connection(host=AT.hostname, calling_format=OrdinaryCallingFormat(), **OWN), "s3")
bucket = s3.create_bucket("by-boto", location="eu-west-1")
bucket.new_key("a/file").set_contents_from_string("content")

iam = signing(IAMConnection(host=AT.hostname, **OWN), "iam", "us-east-1")
role = iam.create_role("by-boto")["create_role_response"]["create_role_result"]["role"]
print(
    json.dumps(
        {
            "tags": ec2.get_image(image).tags,
            "files": [key.name for key in bucket.list()],
            "content": bucket.get_key("a/file").get_contents_as_string().decode(),
            "role": role["arn"],
        }
    )
)
