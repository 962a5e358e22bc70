"""Creates an S3 Batch Operations job with boto3 and reads its report.

Usage: batch_jobs_client.py URL; prints its results as one JSON object. The two buckets and both roles must exist.
"""

import json
import os

from procedures_client import URL, advance, client, error_of

# boto3 prefixes the host name with the account, and this name does not resolve.
os.environ["HTTP_PROXY"] = URL

SRC, HOME = "111111111111", "eu-west-1"
ROLE = f"arn:aws:iam::{SRC}:role/batch"


def main():
    control, s3 = client("s3control", SRC, HOME), client("s3", SRC, HOME)
    request = {
        "AccountId": SRC,
        "ClientRequestToken": "boto3",
        "ConfirmationRequired": False,
        "Operation": {"S3ReplicateObject": {}},
        "Priority": 1,
        "RoleArn": ROLE,
        "Report": {
            "Enabled": True,
            "Bucket": "arn:aws:s3:::reports",
            "Format": "Report_CSV_20180820",
            "ReportScope": "AllTasks",
        },
        "ManifestGenerator": {
            "S3JobManifestGenerator": {
                "SourceBucket": "arn:aws:s3:::originals",
                "EnableManifestOutput": False,
                "Filter": {"EligibleForReplication": True, "ObjectReplicationStatuses": ["NONE"]},
            }
        },
    }
    job = {"AccountId": SRC, "JobId": control.create_job(**request)["JobId"]}
    advance(600)
    described = control.describe_job(**job)["Job"]
    manifest = json.loads(s3.get_object(Bucket="reports", Key=f"job-{job['JobId']}/manifest.json")["Body"].read())
    rows = s3.get_object(Bucket="reports", Key=manifest["Results"][0]["Key"])["Body"].read().decode()
    print(
        json.dumps(
            {
                "status": described["Status"],
                "tasks": described["ProgressSummary"]["NumberOfTasksSucceeded"],
                "object": s3.head_object(Bucket="originals", Key="old")["ReplicationStatus"],
                "schema": manifest["ReportSchema"],
                "rows": rows.splitlines(),
                "unknown": error_of(control.describe_job, AccountId=SRC, JobId="00000000-0000-0000-0000-000000000000"),
                "other": error_of(control.create_job, **{**request, "Priority": 2}),
            }
        )
    )


main()
