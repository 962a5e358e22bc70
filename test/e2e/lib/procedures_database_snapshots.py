"""Copies snapshots of an RDS instance and of an Aurora cluster to another account and Region with boto3.

Usage: procedures_database_snapshots.py URL; prints its results as one JSON object.
"""

import json

from procedures_client import advance, client, document, error_of, own_key, role_session, root

SRC, DST = "111111111111", "222222222222"
HOME, AWAY = "us-east-1", "us-west-2"
USE = ["kms:DescribeKey", "kms:CreateGrant"]


def main():
    seen = {}
    rds, kms = client("rds", SRC, HOME), client("kms", SRC, HOME)
    source_key = kms.create_key()["KeyMetadata"]["Arn"]
    away_key = client("kms", DST, AWAY).create_key()["KeyMetadata"]["Arn"]
    user = {"MasterUsername": "admin1", "MasterUserPassword": "not-a-secret"}
    instance = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": 20, "StorageEncrypted": True}
    rds.create_db_instance(DBInstanceIdentifier="orders", KmsKeyId=source_key, **instance, **user)
    rds.create_db_instance(DBInstanceIdentifier="default", **instance, **user)
    rds.create_db_cluster(
        DBClusterIdentifier="shop", Engine="aurora-postgresql", StorageEncrypted=True, KmsKeyId=source_key, **user
    )
    advance(600)
    automated = rds.describe_db_snapshots(DBInstanceIdentifier="orders", SnapshotType="automated")["DBSnapshots"][0]
    for database in ("orders", "default"):
        rds.create_db_snapshot(DBInstanceIdentifier=database, DBSnapshotIdentifier=f"{database}-1")
    rds.create_db_cluster_snapshot(DBClusterIdentifier="shop", DBClusterSnapshotIdentifier="shop-1")
    advance(3600)
    restore = {"AttributeName": "restore", "ValuesToAdd": [DST]}
    seen["shareAutomated"] = error_of(
        rds.modify_db_snapshot_attribute, DBSnapshotIdentifier=automated["DBSnapshotIdentifier"], **restore
    )
    seen["shareUnderDefaultKey"] = error_of(
        rds.modify_db_snapshot_attribute, DBSnapshotIdentifier="default-1", **restore
    )
    away = client("rds", DST, AWAY, role_session(DST, AWAY, "carrier", {"Action": ["rds:*", *USE], "Resource": "*"}))
    arn = rds.describe_db_snapshots(DBSnapshotIdentifier="orders-1")["DBSnapshots"][0]["DBSnapshotArn"]
    of_cluster = {"DBClusterSnapshotIdentifier": "shop-1"}
    cluster = rds.describe_db_cluster_snapshots(**of_cluster)["DBClusterSnapshots"][0]["DBClusterSnapshotArn"]
    copy = {"SourceDBSnapshotIdentifier": arn, "TargetDBSnapshotIdentifier": "orders-copy", "SourceRegion": HOME}
    keyed = {**copy, "KmsKeyId": away_key}
    seen["unshared"] = error_of(away.copy_db_snapshot, **keyed)
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="orders-1", **restore)
    rds.modify_db_cluster_snapshot_attribute(**of_cluster, **restore)
    here = client("rds", DST, HOME)
    listed = here.describe_db_snapshots(SnapshotType="shared")["DBSnapshots"]
    seen["listed"] = [found["DBSnapshotIdentifier"] for found in listed]
    seen["withoutKey"] = error_of(away.copy_db_snapshot, **copy)
    seen["withoutKeyPolicy"] = error_of(away.copy_db_snapshot, **keyed)
    through = {"StringEquals": {"kms:ViaService": f"rds.{HOME}.amazonaws.com"}}
    lets_in = {"Principal": root(DST), "Action": USE, "Resource": "*", "Condition": through}
    kms.put_key_policy(KeyId=source_key, PolicyName="default", Policy=document(own_key(SRC), lets_in))
    away.copy_db_snapshot(**keyed)
    away.copy_db_cluster_snapshot(
        SourceDBClusterSnapshotIdentifier=cluster,
        TargetDBClusterSnapshotIdentifier="shop-copy",
        KmsKeyId=away_key,
        SourceRegion=HOME,
    )
    advance(3600)
    found = away.describe_db_snapshots(DBSnapshotIdentifier="orders-copy")["DBSnapshots"][0]
    seen["instance"] = {name: found[name] for name in ("Status", "Encrypted", "KmsKeyId", "SourceRegion")}
    found = away.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="shop-copy")["DBClusterSnapshots"][0]
    seen["cluster"] = {name: found[name] for name in ("Status", "StorageEncrypted", "KmsKeyId")}
    rds.delete_db_instance(DBInstanceIdentifier="orders", FinalDBSnapshotIdentifier="orders-last")
    left = rds.describe_db_snapshots(DBInstanceIdentifier="orders")["DBSnapshots"]
    seen["left"] = sorted(found["DBSnapshotIdentifier"] for found in left)
    seen["keys"] = {"source": source_key, "away": away_key}
    seen["arn"] = arn
    print(json.dumps(seen))


if __name__ == "__main__":
    main()
