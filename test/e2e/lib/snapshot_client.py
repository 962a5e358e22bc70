"""Copies an image manually with boto3: copy-snapshot of every volume, then register-image.

Usage: snapshot_client.py URL; runs the procedure of tutorials and its corrected form, and prints the results as one JSON
object.
"""

import json

from procedures_client import advance, client, encrypted_image, error_of, launched, root, snapshot_of

SRC, DST = "111111111111", "222222222222"
SOURCE_REGION, HOME = "us-east-1", "us-west-1"
KEPT = ("Architecture", "VirtualizationType", "RootDeviceName", "EnaSupport", "SriovNetSupport", "BootMode", "ImdsSupport")


def main():
    seen = {}
    kms, source = client("kms", SRC, SOURCE_REGION), client("ec2", SRC, SOURCE_REGION)
    home = client("ec2", DST, HOME)
    source_key = kms.create_key()["KeyMetadata"]["Arn"]
    home_key = client("kms", DST, HOME).create_key()["KeyMetadata"]["Arn"]

    def share(snapshot):
        return {"SnapshotId": snapshot, "Attribute": "createVolumePermission", "OperationType": "add", "UserIds": [DST]}

    def settled(ec2, snapshot):
        advance(3600)
        found = ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]
        return {name: found.get(name) for name in ("State", "StateMessage", "KmsKeyId", "VolumeId", "Encrypted")}

    under_default = encrypted_image(SRC, SOURCE_REGION, "default-key")
    seen["shareUnderDefaultKey"] = error_of(source.modify_snapshot_attribute, **share(snapshot_of(under_default)))
    seen["shareImageUnderDefaultKey"] = error_of(
        source.modify_image_attribute, ImageId=under_default["ImageId"], LaunchPermission={"Add": [{"UserId": DST}]}
    )

    image = encrypted_image(SRC, SOURCE_REGION, "web", KmsKeyId=source_key)
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
    policy["Statement"].append({"Effect": "Allow", "Principal": root(DST), "Action": use, "Resource": "*"})
    kms.put_key_policy(KeyId=source_key, Policy=json.dumps(policy))
    copied = home.copy_snapshot(
        **encrypted, TagSpecifications=[{"ResourceType": "snapshot", "Tags": [{"Key": "job", "Value": "web"}]}]
    )
    seen["tags"] = copied["Tags"]
    seen["copy"] = settled(home, copied["SnapshotId"])

    device_name, ebs = image["BlockDeviceMappings"][0]["DeviceName"], image["BlockDeviceMappings"][0]["Ebs"]
    device = {"DeviceName": device_name, "Ebs": {"SnapshotId": copied["SnapshotId"], "VolumeType": "gp3"}}
    as_it_was = {"DeviceName": device_name, "Ebs": {**ebs, "SnapshotId": copied["SnapshotId"]}}
    traits = {name: image[name] for name in KEPT if name in image}
    seen["encryptionState"] = error_of(home.register_image, Name="web", BlockDeviceMappings=[as_it_was], **traits)
    seen["wrongRoot"] = error_of(
        home.register_image, Name="web", BlockDeviceMappings=[device], **{**traits, "RootDeviceName": "/dev/sda1"}
    )

    def described(name, **arguments):
        made = home.register_image(Name=name, BlockDeviceMappings=[device], **arguments)["ImageId"]
        found = home.describe_images(ImageIds=[made])["Images"][0]
        return made, {key: found.get(key) for key in ("State", *KEPT)}

    by_default, seen["byDefault"] = described("web-default", RootDeviceName=device_name)
    run = {"InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    seen["launchedByDefault"] = error_of(home.run_instances, ImageId=by_default, **run)
    registered, seen["registered"] = described("web", **traits)
    seen["expected"] = {"State": "available", **{key: image.get(key) for key in KEPT}}
    seen["launched"] = launched(DST, HOME, registered)
    seen["keys"] = {"source": source_key, "home": home_key}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
