"""Copies an encrypted snapshot to another Region with boto3, as a role that may use both keys or only one of them.

Usage: procedures_snapshots_across_regions.py URL; prints its results as one JSON object.
"""

import json

from procedures_client import advance, client, encrypted_image, role_session, snapshot_of

ACCOUNT = "121212121212"
HOME, AWAY = "us-east-1", "us-west-2"
USE = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]


def main():
    seen = {}
    source_key = client("kms", ACCOUNT, HOME).create_key()["KeyMetadata"]["Arn"]
    away_key = client("kms", ACCOUNT, AWAY).create_key()["KeyMetadata"]["Arn"]
    snapshot = snapshot_of(encrypted_image(ACCOUNT, HOME, "web", KmsKeyId=source_key))
    request = {"SourceSnapshotId": snapshot, "SourceRegion": HOME, "Encrypted": True, "KmsKeyId": away_key}
    on_ec2 = {"Action": ["ec2:CopySnapshot", "ec2:DescribeSnapshots"], "Resource": "*"}

    def copied(name, *statements, region=AWAY):
        ec2 = client("ec2", ACCOUNT, region, role_session(ACCOUNT, AWAY, name, on_ec2, *statements))
        copy = ec2.copy_snapshot(**request)["SnapshotId"]
        advance(3600)
        found = ec2.describe_snapshots(SnapshotIds=[copy])["Snapshots"][0]
        return {key: found.get(key) for key in ("State", "StateMessage", "KmsKeyId")}

    home, away = client("ec2", ACCOUNT, HOME), client("ec2", ACCOUNT, AWAY)
    before = len(home.describe_snapshots(OwnerIds=["self"])["Snapshots"])
    home.copy_snapshot(**{**request, "KmsKeyId": source_key}, DestinationRegion=AWAY)
    seen["elsewhere"] = {
        "there": len(away.describe_snapshots(OwnerIds=["self"])["Snapshots"]),
        "here": len(home.describe_snapshots(OwnerIds=["self"])["Snapshots"]) - before,
    }
    seen["alone"] = copied("alone", {"Action": USE, "Resource": away_key})
    seen["both"] = copied("both", {"Action": USE, "Resource": [source_key, away_key]})
    through = {"StringEquals": {"kms:ViaService": f"ec2.{AWAY}.amazonaws.com"}}
    seen["oneRegion"] = copied("one-region", {"Action": USE, "Resource": [source_key, away_key], "Condition": through})
    seen["keys"] = {"source": source_key, "away": away_key}
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
