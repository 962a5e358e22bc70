"""Launches a builder's encrypted image in another account with boto3: with a grant on the shared key, then from its own copy.

Usage: procedures_shared_images.py URL; prints its results as one JSON object.
"""

import json

from procedures_client import advance, client, document, encrypted_image, error_of, own_key, role_session, root, snapshot_of

SRC, DST = "777777777777", "888888888888"
REGION = "eu-north-1"
GRANTED = ["Decrypt", "DescribeKey", "CreateGrant", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"]


def main():
    seen = {}
    builder, kms = client("ec2", SRC, REGION), client("kms", SRC, REGION)
    managed = encrypted_image(SRC, REGION, "managed")["ImageId"]
    permission = {"LaunchPermission": {"Add": [{"UserId": DST}]}}
    seen["managedKey"] = error_of(builder.modify_image_attribute, ImageId=managed, **permission)

    key = kms.create_key()["KeyMetadata"]["Arn"]
    image = encrypted_image(SRC, REGION, "shared", KmsKeyId=key)
    builder.modify_image_attribute(ImageId=image["ImageId"], **permission)
    own = client("kms", DST, REGION).create_key()["KeyMetadata"]["Arn"]
    use = ["kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    session = role_session(
        DST, REGION, "launcher", {"Action": "ec2:*", "Resource": "*"}, {"Action": use, "Resource": own}
    )
    ec2 = client("ec2", DST, REGION, session)

    def launch(image_id):
        instance = ec2.run_instances(ImageId=image_id, InstanceType="t3.micro", MinCount=1, MaxCount=1)
        instance_id = instance["Instances"][0]["InstanceId"]
        advance(300)
        found = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
        return {"state": found["State"]["Name"], "reason": found.get("StateReason", {}).get("Message")}

    seen["closed"] = launch(image["ImageId"])
    role = f"arn:aws:iam::{DST}:role/launcher"
    grant = kms.create_grant(KeyId=key, GranteePrincipal=role, Operations=GRANTED)["GrantId"]
    seen["grantFromOwner"] = launch(image["ImageId"])
    kms.revoke_grant(KeyId=key, GrantId=grant)
    seen["revoked"] = launch(image["ImageId"])

    let_in = {"Principal": root(DST), "Action": use, "Resource": "*"}
    kms.put_key_policy(KeyId=key, Policy=document(own_key(SRC), let_in))
    client("iam", DST, REGION).put_role_policy(
        RoleName="launcher", PolicyName="keys", PolicyDocument=document({"Action": use, "Resource": key})
    )
    builder.modify_snapshot_attribute(
        SnapshotId=snapshot_of(image), Attribute="createVolumePermission", OperationType="add", UserIds=[DST]
    )
    copy = ec2.copy_image(
        Name="own", SourceImageId=image["ImageId"], SourceRegion=REGION, Encrypted=True, KmsKeyId=own
    )["ImageId"]
    advance(3600)
    made = ec2.describe_images(ImageIds=[copy])["Images"][0]
    snapshots = ec2.describe_snapshots(SnapshotIds=[snapshot_of(made)])["Snapshots"]
    seen["copied"] = {"state": made["State"], "key": snapshots[0]["KmsKeyId"]}
    kms.put_key_policy(KeyId=key, Policy=document(own_key(SRC)))
    seen["ownImage"] = launch(copy)
    seen["keys"] = {"shared": key, "own": own}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
