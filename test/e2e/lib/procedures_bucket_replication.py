"""Sets up replication of a bucket to another account with boto3, both buckets with bucket keys.

Usage: procedures_bucket_replication.py URL; prints its results as one JSON object.
"""

import json

from procedures_client import advance, client, document, error_of, own_key, role_session

SRC, DST = "555555555555", "666666666666"
HOME, AWAY = "eu-west-1", "us-west-2"
SOURCE, TARGET = "program-originals", "program-replicas"


def main():
    seen = {}
    s3, away_s3, iam = client("s3", SRC, HOME), client("s3", DST, AWAY), client("iam", SRC, HOME)
    kms, away_kms = client("kms", SRC, HOME), client("kms", DST, AWAY)
    source_key = kms.create_key()["KeyMetadata"]["Arn"]
    target_key = away_kms.create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket=SOURCE, CreateBucketConfiguration={"LocationConstraint": HOME})

    trust = document({"Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="replicator", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    from_bucket, to_bucket = f"arn:aws:s3:::{SOURCE}", f"arn:aws:s3:::{TARGET}"
    iam.put_role_policy(
        RoleName="replicator",
        PolicyName="replication",
        PolicyDocument=document(
            {"Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"], "Resource": from_bucket},
            {"Action": ["s3:GetObjectVersion*"], "Resource": f"{from_bucket}/*"},
            {"Action": ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"], "Resource": f"{to_bucket}/*"},
            {"Action": "kms:Decrypt", "Resource": source_key},
            {
                "Action": ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
                "Resource": target_key,
                "Condition": {"StringLike": {"kms:EncryptionContext:aws:s3:arn": [to_bucket, f"{to_bucket}/*"]}},
            },
        ),
    )
    rule = {
        "ID": "all",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {
            "Bucket": to_bucket,
            "Account": DST,
            "AccessControlTranslation": {"Owner": "Destination"},
            "EncryptionConfiguration": {"ReplicaKmsKeyID": target_key},
        },
    }

    def configure(**changed):
        rules = [{name: value for name, value in {**rule, **changed}.items() if value is not None}]
        return {"Bucket": SOURCE, "ReplicationConfiguration": {"Role": role, "Rules": rules}}

    seen["unversioned"] = error_of(s3.put_bucket_replication, **configure())
    s3.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Enabled"})
    seen["missing"] = error_of(s3.put_bucket_replication, **configure())
    away_s3.create_bucket(Bucket=TARGET, CreateBucketConfiguration={"LocationConstraint": AWAY})
    away_s3.put_bucket_versioning(Bucket=TARGET, VersioningConfiguration={"Status": "Enabled"})
    for s3_client, name, key in ((s3, SOURCE, source_key), (away_s3, TARGET, target_key)):
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        s3_client.put_bucket_encryption(
            Bucket=name,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]
            },
        )
    away_s3.put_bucket_policy(
        Bucket=TARGET,
        Policy=document(
            {
                "Principal": {"AWS": role},
                "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"],
                "Resource": f"{to_bucket}/*",
            }
        ),
    )
    replicas = {"Principal": {"AWS": role}, "Action": ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*"}
    away_kms.put_key_policy(KeyId=target_key, Policy=document(own_key(DST), replicas))
    seen["oldForm"] = error_of(s3.put_bucket_replication, **configure(Priority=None))
    s3.put_bucket_replication(**configure())

    def put(key, **more):
        return s3.put_object(Bucket=SOURCE, Key=key, Body=b"content", **more)["VersionId"]

    def status(key):
        return s3.head_object(Bucket=SOURCE, Key=key)["ReplicationStatus"]

    seen["version"] = put("object", Tagging="team=web")
    seen["pending"] = status("object")
    advance(900)
    replica = away_s3.head_object(Bucket=TARGET, Key="object")
    seen["replica"] = {
        "status": replica["ReplicationStatus"],
        "key": replica["SSEKMSKeyId"],
        "bucketKey": replica["BucketKeyEnabled"],
        "version": replica["VersionId"],
    }
    seen["tags"] = away_s3.get_object_tagging(Bucket=TARGET, Key="object")["TagSet"]
    trail = client("cloudtrail", DST, AWAY)
    events = trail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "Encrypt"}])["Events"]
    records = [json.loads(event["CloudTrailEvent"]) for event in events]
    seen["context"] = sorted({record["requestParameters"]["encryptionContext"]["aws:s3:arn"] for record in records})

    away_kms.disable_key(KeyId=target_key)
    put("late")
    advance(900)
    seen["disabled"] = status("late")
    away_kms.enable_key(KeyId=target_key)

    put("deleted")
    advance(900)
    s3.delete_object(Bucket=SOURCE, Key="deleted")
    advance(900)
    seen["markers"] = [marker["Key"] for marker in away_s3.list_object_versions(Bucket=TARGET).get("DeleteMarkers", [])]

    objects = {"Action": "s3:GetObject", "Resource": f"{to_bucket}/*"}
    reader = client("s3", DST, AWAY, role_session(DST, AWAY, "reader", objects))
    seen["reader"] = error_of(reader.get_object, Bucket=TARGET, Key="object")
    seen["keys"] = {"source": source_key, "target": target_key}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
