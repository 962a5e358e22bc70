"""Shared by the boto3 programs of the procedures: clients, time, errors and documents. They know only the cloud's URL."""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
CONFIG = Config(retries={"max_attempts": 0})


def client(service, account, region, credentials=None):
    """A client of the account's administrator, or of a session."""
    issued = credentials or {"AccessKeyId": account, "SecretAccessKey": "rehearsal"}
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=URL,
        aws_access_key_id=issued["AccessKeyId"],
        aws_secret_access_key=issued["SecretAccessKey"],
        aws_session_token=issued.get("SessionToken"),
        config=CONFIG,
    )


def advance(seconds):
    body = json.dumps({"seconds": seconds}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{URL}/_rehearsal/advance", data=body, method="POST")).read()


def error_of(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    return None


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **s} for s in statements]})


def root(account):
    return {"AWS": f"arn:aws:iam::{account}:root"}


def own_key(account):
    return {"Sid": "Owner", "Principal": root(account), "Action": "kms:*", "Resource": "*"}


def encrypted_image(account, region, name, **encryption):
    """Creates an image of a new instance with an encrypted root volume."""
    ec2 = client("ec2", account, region)
    base = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]
    instance = ec2.run_instances(
        ImageId=base["ImageId"],
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        BlockDeviceMappings=[{"DeviceName": base["RootDeviceName"], "Ebs": {"Encrypted": True, **encryption}}],
    )["Instances"][0]["InstanceId"]
    advance(300)
    image = ec2.create_image(InstanceId=instance, Name=name, NoReboot=True)["ImageId"]
    advance(3600)
    return ec2.describe_images(ImageIds=[image])["Images"][0]


def snapshot_of(image):
    return image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]


def launched(account, region, image):
    """The state of a new instance, and the key of its volume."""
    ec2 = client("ec2", account, region)
    run = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1)
    instance = run["Instances"][0]["InstanceId"]
    advance(300)
    found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
    volumes = ec2.describe_volumes(Filters=attached)["Volumes"]
    return {
        "state": found["State"]["Name"],
        "reason": found.get("StateReason", {}).get("Message"),
        "key": volumes[0].get("KmsKeyId") if volumes else None,
    }


def role_session(account, region, name, *statements):
    """Credentials of a session of a new role with the given policy statements."""
    iam = client("iam", account, region)
    iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=document({"Principal": root(account), "Action": "sts:AssumeRole"})
    )
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    arn = f"arn:aws:iam::{account}:role/{name}"
    return client("sts", account, region).assume_role(RoleArn=arn, RoleSessionName="program")["Credentials"]
