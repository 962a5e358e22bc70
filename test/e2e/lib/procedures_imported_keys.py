"""Copies an image of several volumes by its snapshots with boto3, under keys with imported material.

Usage: procedures_imported_keys.py URL; prints its results as one JSON object.
"""

import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from procedures_client import advance, client, document, error_of, launched, own_key, root

SRC, DST = "999999999999", "101010101010"
REGION = "ap-southeast-2"
USE = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]


def wrapped(kms, key, material):
    given = kms.get_parameters_for_import(
        KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    encrypted = serialization.load_der_public_key(given["PublicKey"]).encrypt(material, oaep)
    return {
        "KeyId": key,
        "ImportToken": given["ImportToken"],
        "EncryptedKeyMaterial": encrypted,
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }


def imported(kms, **about):
    key = kms.create_key(Origin="EXTERNAL", **about)["KeyMetadata"]["Arn"]
    kms.import_key_material(**wrapped(kms, key, os.urandom(32)))
    return key


def main():
    seen = {}
    source, home = client("ec2", SRC, REGION), client("ec2", DST, REGION)
    kms, home_kms = client("kms", SRC, REGION), client("kms", DST, REGION)
    others = {"Principal": root(DST), "Action": USE, "Resource": "*"}
    transit_key = imported(kms, Policy=document(own_key(SRC), others))
    home_key = imported(home_kms)

    home_kms.delete_imported_key_material(KeyId=home_key)
    seen["other"] = error_of(home_kms.import_key_material, **wrapped(home_kms, home_key, os.urandom(32)))
    home_key = imported(home_kms)
    seen["rotation"] = error_of(home_kms.enable_key_rotation, KeyId=home_key)

    base = source.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]
    devices = [base["RootDeviceName"], "/dev/sdf", "/dev/sdg"]
    sizes = [8, 20, 40]
    instance = source.run_instances(
        ImageId=base["ImageId"],
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        BlockDeviceMappings=[
            {"DeviceName": device, "Ebs": {"Encrypted": True, "KmsKeyId": transit_key, "VolumeSize": size}}
            for device, size in zip(devices, sizes)
        ],
    )["Instances"][0]["InstanceId"]
    advance(300)
    made = source.create_image(InstanceId=instance, Name="three", NoReboot=True)["ImageId"]
    advance(3600)
    image = source.describe_images(ImageIds=[made])["Images"][0]

    mappings = []
    for mapping in image["BlockDeviceMappings"]:
        snapshot = mapping["Ebs"]["SnapshotId"]
        source.modify_snapshot_attribute(
            SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", UserIds=[DST]
        )
        copy = home.copy_snapshot(
            SourceSnapshotId=snapshot, SourceRegion=REGION, Encrypted=True, KmsKeyId=home_key
        )["SnapshotId"]
        kept = {name: value for name, value in mapping["Ebs"].items() if name not in ("Encrypted", "KmsKeyId")}
        mappings.append({"DeviceName": mapping["DeviceName"], "Ebs": {**kept, "SnapshotId": copy}})
    advance(3600)
    copies = home.describe_snapshots(SnapshotIds=[mapping["Ebs"]["SnapshotId"] for mapping in mappings])["Snapshots"]
    seen["volumes"] = [{"state": copy["State"], "key": copy["KmsKeyId"]} for copy in copies]

    traits = ("Architecture", "VirtualizationType", "RootDeviceName", "EnaSupport", "BootMode")
    registered = home.register_image(
        Name="three", BlockDeviceMappings=mappings, **{name: image[name] for name in traits if name in image}
    )["ImageId"]

    def shape(of):
        return [(m["DeviceName"], m["Ebs"]["VolumeSize"], m["Ebs"]["VolumeType"]) for m in of["BlockDeviceMappings"]]

    seen["mapping"] = shape(home.describe_images(ImageIds=[registered])["Images"][0])
    seen["expected"] = shape(image)
    seen["launched"] = launched(DST, REGION, registered)
    seen["keys"] = {"transit": transit_key, "home": home_key}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
