"""Copies an encrypted image to another account with boto3, which has no knowledge of the rehearsal cloud.

Usage: foreign_client.py URL; prints its results as one JSON object.
"""

import json

import procedures_client
from procedures_client import advance, document, error_of, root

SRC, DST = "111111111111", "222222222222"
HOME = "eu-west-1"


def client(service, account, region=HOME):
    return procedures_client.client(service, account, region)


def session_client(service, credentials, region=HOME):
    return procedures_client.client(service, SRC, region, credentials)


def main():
    seen = {}
    kms, ec2 = client("kms", SRC), client("ec2", SRC)
    own = {"Sid": "Own", "Principal": root(SRC), "Action": "kms:*", "Resource": "*"}
    use = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
    copiers = {"Sid": "Copiers", "Principal": root(DST), "Action": use, "Resource": "*"}
    source_key = kms.create_key(Policy=document(own))["KeyMetadata"]["Arn"]
    home_key = client("kms", DST).create_key()["KeyMetadata"]["Arn"]

    iam = client("iam", DST)
    trust = document({"Principal": root(SRC), "Action": "sts:AssumeRole"})
    iam.create_role(RoleName="runner", AssumeRolePolicyDocument=trust)
    allowed = document(
        {"Action": ["ec2:CopyImage", "ec2:CreateTags", "ec2:Describe*"], "Resource": "*"},
        {"Action": use, "Resource": [source_key, home_key]},
    )
    iam.put_role_policy(RoleName="runner", PolicyName="copy", PolicyDocument=allowed)

    base = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]
    mapping = {"DeviceName": base["RootDeviceName"], "Ebs": {"Encrypted": True, "KmsKeyId": source_key}}
    instance = ec2.run_instances(
        ImageId=base["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1, BlockDeviceMappings=[mapping]
    )["Instances"][0]["InstanceId"]
    advance(300)
    image = ec2.create_image(InstanceId=instance, Name="web-1", NoReboot=True)["ImageId"]
    advance(3600)
    made = ec2.describe_images(ImageIds=[image])["Images"][0]
    snapshot = made["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
    seen["source"] = {"state": made["State"], "key": ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["KmsKeyId"]}

    credentials = client("sts", SRC).assume_role(
        RoleArn=f"arn:aws:iam::{DST}:role/runner", RoleSessionName="copy"
    )["Credentials"]
    runner = session_client("ec2", credentials)
    request = {"Name": "web-1", "SourceImageId": image, "SourceRegion": HOME, "Encrypted": True, "KmsKeyId": home_key}
    seen["unshared"] = error_of(runner.copy_image, **request)
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"UserId": DST}]})
    seen["imageOnly"] = error_of(runner.copy_image, **request)
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", UserIds=[DST]
    )

    def copied():
        copy = runner.copy_image(**request)["ImageId"]
        advance(3600)
        return runner.describe_images(ImageIds=[copy])["Images"][0]

    failed = copied()
    seen["withoutKeyPolicy"] = {"state": failed["State"], "reason": failed["StateReason"]["Message"]}
    client("ec2", DST).deregister_image(ImageId=failed["ImageId"])
    kms.put_key_policy(KeyId=source_key, Policy=document(own, copiers))
    done = copied()
    copies = runner.describe_snapshots(SnapshotIds=[done["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]])["Snapshots"]
    seen["copy"] = {"state": done["State"], "key": copies[0]["KmsKeyId"], "owner": copies[0]["OwnerId"]}
    seen["forbidden"] = error_of(runner.deregister_image, ImageId=done["ImageId"])
    seen["keys"] = {"source": source_key, "home": home_key}

    listed = client("service-quotas", DST).get_paginator("list_service_quotas")
    pages = listed.paginate(ServiceCode="ebs", PaginationConfig={"PageSize": 1})
    found = {quota["QuotaName"]: quota["Value"] for page in pages for quota in page["Quotas"]}
    seen["copiesAtOnce"] = found["Concurrent snapshot copies per destination Region"]

    ssm = client("ssm", DST)
    parameter = {"Type": "String", "DataType": "aws:ec2:image", "Overwrite": True}
    ssm.put_parameter(Name="/images/web", Value=done["ImageId"], **parameter)
    ssm.put_parameter(Name="/images/none", Value="ami-0123456789abcdef0", **parameter)
    advance(60)
    stored = ssm.get_parameters(Names=["/images/web", "/images/none"])
    seen["published"] = {"valid": stored["Parameters"][0]["Value"] == done["ImageId"], "invalid": stored["InvalidParameters"]}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
