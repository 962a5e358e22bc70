"""Carries an image by hand with boto3: copy-snapshot of every volume, then register-image.

Usage: snapshot_client.py URL; runs the procedure as tutorials print it and in its corrected form, and prints what it saw
as one JSON object.
"""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

URL = sys.argv[1]
SRC, DST = "111111111111", "222222222222"
SOURCE_REGION, HOME = "us-east-1", "us-west-1"
KEPT = ("Architecture", "VirtualizationType", "RootDeviceName", "EnaSupport", "SriovNetSupport", "BootMode", "ImdsSupport")


def client(service, account, region):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=URL,
        aws_access_key_id=account,
        aws_secret_access_key="rehearsal",
        config=Config(retries={"max_attempts": 0}),
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


def main():
    seen = {}
    kms, source = client("kms", SRC, SOURCE_REGION), client("ec2", SRC, SOURCE_REGION)
    home = client("ec2", DST, HOME)
    source_key = kms.create_key()["KeyMetadata"]["Arn"]
    home_key = client("kms", DST, HOME).create_key()["KeyMetadata"]["Arn"]

    base = source.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]

    def made_image(name, **encryption):
        instance = source.run_instances(
            ImageId=base["ImageId"],
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            BlockDeviceMappings=[{"DeviceName": base["RootDeviceName"], "Ebs": {"Encrypted": True, **encryption}}],
        )["Instances"][0]["InstanceId"]
        advance(120)
        image = source.create_image(InstanceId=instance, Name=name, NoReboot=True)["ImageId"]
        advance(3600)
        return source.describe_images(ImageIds=[image])["Images"][0]

    def snapshot_of(image):
        return image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]

    def share(snapshot):
        return {"SnapshotId": snapshot, "Attribute": "createVolumePermission", "OperationType": "add", "UserIds": [DST]}

    def settled(ec2, snapshot):
        advance(3600)
        found = ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]
        return {name: found.get(name) for name in ("State", "StateMessage", "KmsKeyId", "VolumeId", "Encrypted")}

    under_default = made_image("default-key")
    seen["shareUnderDefaultKey"] = error_of(source.modify_snapshot_attribute, **share(snapshot_of(under_default)))
    seen["shareImageUnderDefaultKey"] = error_of(
        source.modify_image_attribute, ImageId=under_default["ImageId"], LaunchPermission={"Add": [{"UserId": DST}]}
    )

    image = made_image("web", KmsKeyId=source_key)
    snapshot = snapshot_of(image)
    copy = {"SourceSnapshotId": snapshot, "SourceRegion": SOURCE_REGION}
    encrypted = {**copy, "Encrypted": True, "KmsKeyId": home_key}
    seen["unshared"] = settled(home, home.copy_snapshot(**encrypted)["SnapshotId"])
    source.modify_snapshot_attribute(**share(snapshot))
    seen["withoutEncrypted"] = error_of(home.copy_snapshot, **copy, KmsKeyId=home_key)
    seen["decrypted"] = error_of(home.copy_snapshot, **copy, Encrypted=False)
    seen["withoutKeyPolicy"] = settled(home, home.copy_snapshot(**encrypted)["SnapshotId"])
    wrong_place = client("ec2", DST, SOURCE_REGION)
    seen["keyOfAnotherRegion"] = settled(wrong_place, wrong_place.copy_snapshot(**encrypted)["SnapshotId"])

    policy = json.loads(kms.get_key_policy(KeyId=source_key, PolicyName="default")["Policy"])
    use = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
    policy["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{DST}:root"}, "Action": use, "Resource": "*"}
    )
    kms.put_key_policy(KeyId=source_key, Policy=json.dumps(policy))
    copied = home.copy_snapshot(
        **encrypted, TagSpecifications=[{"ResourceType": "snapshot", "Tags": [{"Key": "job", "Value": "web"}]}]
    )
    seen["tags"] = copied["Tags"]
    seen["copy"] = settled(home, copied["SnapshotId"])

    root = image["BlockDeviceMappings"][0]
    device = {"DeviceName": root["DeviceName"], "Ebs": {"SnapshotId": copied["SnapshotId"], "VolumeType": "gp3"}}
    as_it_was = {"DeviceName": root["DeviceName"], "Ebs": {**root["Ebs"], "SnapshotId": copied["SnapshotId"]}}
    traits = {name: image[name] for name in KEPT if name in image}
    seen["encryptionState"] = error_of(home.register_image, Name="web", BlockDeviceMappings=[as_it_was], **traits)
    seen["wrongRoot"] = error_of(
        home.register_image, Name="web", BlockDeviceMappings=[device], **{**traits, "RootDeviceName": "/dev/sda1"}
    )

    def described(name, **arguments):
        made = home.register_image(Name=name, BlockDeviceMappings=[device], **arguments)["ImageId"]
        found = home.describe_images(ImageIds=[made])["Images"][0]
        return made, {key: found.get(key) for key in ("State", *KEPT)}

    by_default, seen["byDefault"] = described("web-default", RootDeviceName=root["DeviceName"])
    run = {"InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    seen["launchedByDefault"] = error_of(home.run_instances, ImageId=by_default, **run)
    registered, seen["registered"] = described("web", **traits)
    seen["expected"] = {"State": "available", **{key: image.get(key) for key in KEPT}}
    instance = home.run_instances(ImageId=registered, **run)["Instances"][0]
    advance(120)
    reservation = home.describe_instances(InstanceIds=[instance["InstanceId"]])["Reservations"][0]
    volume = home.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [instance["InstanceId"]]}])["Volumes"][0]
    seen["launched"] = {"state": reservation["Instances"][0]["State"]["Name"], "key": volume["KmsKeyId"]}
    seen["keys"] = {"source": source_key, "home": home_key}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
