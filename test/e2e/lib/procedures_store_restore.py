"""Copies an encrypted image through S3 with boto3, with the source's bucket under a key, without sharing any key.

Usage: procedures_store_restore.py URL; prints its results as one JSON object.
"""

import json

from procedures_client import advance, client, document, encrypted_image, error_of, launched, own_key, role_session, root

SRC, DST = "333333333333", "444444444444"
HOME, AWAY = "us-east-1", "eu-west-1"
BLOCKS = ["ebs:ListSnapshotBlocks", "ebs:ListChangedBlocks", "ebs:GetSnapshotBlock"]


def bucket(s3, name, region):
    if region == "us-east-1":
        s3.create_bucket(Bucket=name)
    else:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})


def main():
    seen = {}
    kms, s3, ec2 = (client(service, SRC, HOME) for service in ("kms", "s3", "ec2"))
    away_s3, away = client("s3", DST, AWAY), client("ec2", DST, AWAY)
    source_key = kms.create_key()["KeyMetadata"]["Arn"]
    bucket_key = kms.create_key()["KeyMetadata"]["Arn"]
    image = encrypted_image(SRC, HOME, "web", KmsKeyId=source_key)["ImageId"]
    bucket(s3, "program-source", HOME)
    bucket(away_s3, "program-target", AWAY)
    rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": bucket_key}
    s3.put_bucket_encryption(
        Bucket="program-source",
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": True}]},
    )

    on_buckets = {"Action": ["s3:*"], "Resource": "*"}
    on_images = {"Action": [*BLOCKS, "ec2:CreateStoreImageTask", "ec2:DescribeStoreImageTasks"], "Resource": "*"}
    opens = {"Action": ["kms:DescribeKey", "kms:Decrypt"], "Resource": [source_key]}
    closes = {"Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": [bucket_key]}

    def stored(session):
        storing = client("ec2", SRC, HOME, session)
        storing.create_store_image_task(ImageId=image, Bucket="program-source")
        advance(3600)
        return storing.describe_store_image_tasks(ImageIds=[image])["StoreImageTaskResults"][0]

    task = stored(role_session(SRC, HOME, "blind", on_buckets, on_images, opens))
    seen["withoutBucketKey"] = {"state": task["StoreTaskState"], "reason": task.get("StoreTaskFailureReason")}
    carrier = role_session(SRC, HOME, "carrier", on_buckets, on_images, opens, closes)
    task = stored(carrier)
    head = s3.head_object(Bucket="program-source", Key=f"{image}.bin")
    seen["stored"] = {
        "state": task["StoreTaskState"],
        "encryption": head["ServerSideEncryption"],
        "key": head["SSEKMSKeyId"],
    }

    def open_target(*actions):
        statement = {"Principal": root(SRC), "Action": list(actions), "Resource": "arn:aws:s3:::program-target/*"}
        away_s3.put_bucket_policy(Bucket="program-target", Policy=document(statement))

    def own(ownership):
        away_s3.put_bucket_ownership_controls(
            Bucket="program-target", OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]}
        )

    source = {"Bucket": "program-source", "Key": f"{image}.bin"}
    pushing = client("s3", SRC, AWAY, carrier)
    reading = client("s3", SRC, HOME, carrier)
    open_target("s3:PutObject", "s3:PutObjectTagging")
    own("ObjectWriter")
    pushing.copy(source, "program-target", "image.bin", SourceClient=reading)
    restore = {"Bucket": "program-target", "ObjectKey": "image.bin", "Name": "web"}
    seen["foreignObject"] = error_of(away.create_restore_image_task, **restore)
    own("BucketOwnerEnforced")
    pushing.copy(source, "program-target", "image.bin", SourceClient=reading)

    seen["wrongRegion"] = error_of(client("ec2", DST, HOME).create_restore_image_task, **restore)
    seen["noObject"] = error_of(away.create_restore_image_task, **{**restore, "ObjectKey": "none.bin"})
    home_key = client("kms", DST, AWAY).create_key(Policy=document(own_key(DST)))["KeyMetadata"]["Arn"]
    away.modify_ebs_default_kms_key_id(KmsKeyId=home_key)
    away.enable_ebs_encryption_by_default()
    restored = away.create_restore_image_task(**restore)["ImageId"]
    advance(3600)
    made = away.describe_images(ImageIds=[restored])["Images"][0]
    seen["restored"] = {name: made[name] for name in ("State", "Name", "Architecture")}
    seen["launched"] = launched(DST, AWAY, restored)
    attribute = {"ImageId": image, "Attribute": "launchPermission"}
    shared = ec2.describe_image_attribute(**attribute)
    seen["stillPrivate"] = {"LaunchPermissions": shared["LaunchPermissions"]}
    seen["keys"] = {"source": source_key, "bucket": bucket_key, "home": home_key}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
