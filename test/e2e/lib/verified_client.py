"""Calls whose responses differed from AWS in moto's AWS-verified tests, made with boto3."""

import json

from botocore.exceptions import ClientError
from procedures_client import client, error_of, role_session

ACCOUNT, REGION = "111111111111", "eu-west-1"
kms, s3, sqs, rds, ec2, groups = [
    client(name, ACCOUNT, REGION) for name in ("kms", "s3", "sqs", "rds", "ec2", "autoscaling")
]


def details_of(call, **arguments):
    """Elements of S3's error in addition to its code and text."""
    try:
        call(**arguments)
    except ClientError as error:
        return {name: error.response["Error"].get(name) for name in ("Code", "Key", "Condition")}


def encryption():
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    return {
        "empty": error_of(kms.encrypt, KeyId=key, Plaintext=b""),
        "long": error_of(kms.encrypt, KeyId=key, Plaintext=b"x" * 4097),
        "longest": "CiphertextBlob" in kms.encrypt(KeyId=key, Plaintext=b"x" * 4096),
    }


def objects():
    s3.create_bucket(Bucket="verified", CreateBucketConfiguration={"LocationConstraint": REGION})
    etag = s3.put_object(Bucket="verified", Key="a", Body=b"some value", ChecksumAlgorithm="SHA256")["ETag"]
    copy = {"Bucket": "verified", "Key": "b"}
    kept = s3.copy_object(CopySource="verified/a", **copy)["CopyObjectResult"]
    asked = s3.copy_object(CopySource="verified/a", ChecksumAlgorithm="SHA1", **copy)["CopyObjectResult"]
    s3.copy_object(CopySource="verified/a", WebsiteRedirectLocation="/a", **copy)
    upload = {"Bucket": "verified", "Key": "c"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(PartNumber=1, Body=b"part", **upload)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    completed = [s3.complete_multipart_upload(MultipartUpload=parts, **upload)["ETag"] for _ in range(2)]
    elsewhere = error_of(s3.complete_multipart_upload, MultipartUpload=parts, **{**upload, "Key": "d"})
    return {
        "kept": kept.get("ChecksumSHA256"),
        "asked": [asked.get("ChecksumSHA1"), asked.get("ChecksumSHA256")],
        "redirect": s3.get_object(**copy).get("WebsiteRedirectLocation"),
        "missing": details_of(s3.copy_object, CopySource="verified/none", **copy),
        "unchanged": details_of(s3.copy_object, CopySource="verified/a", CopySourceIfNoneMatch=etag, **copy),
        "completed": completed[0] == completed[1],
        "elsewhere": elsewhere["code"],
    }


def queues():
    url = sqs.create_queue(QueueName="verified")["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"team": "web"})
    unknown = url.replace("verified", "unknown")
    entry = {"Id": "a", "MessageBody": "x" * 1048577}
    return {
        "tags": sqs.list_queue_tags(QueueUrl=url)["Tags"],
        "unknown": error_of(sqs.tag_queue, QueueUrl=unknown, Tags={"team": "web"})["code"],
        "byName": "MessageId" in sqs.send_message(QueueUrl="verified", MessageBody="by its name"),
        "long": error_of(sqs.send_message_batch, QueueUrl=url, Entries=[entry])["message"],
    }


def databases():
    made = rds.create_db_instance(
        DBInstanceIdentifier="verified",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="admin1",
        ManageMasterUserPassword=True,
    )["DBInstance"]
    managed = kms.describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]["Arn"]
    return {"ownKey": made["MasterUserSecret"]["KmsKeyId"] == managed}


def templates():
    data = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName="verified", LaunchTemplateData=data)
    name = {"LaunchTemplateName": "verified"}
    both = {**name, "LaunchTemplateId": "lt-0123456789abcdef0"}
    return {
        "nothing": error_of(ec2.describe_launch_template_versions)["code"],
        "number": error_of(ec2.describe_launch_template_versions, Versions=["1"])["message"],
        "missing": error_of(ec2.describe_launch_templates, LaunchTemplateNames=["none"])["message"],
        "both": error_of(ec2.modify_launch_template, DefaultVersion="1", **both)["message"],
        "version": error_of(ec2.modify_launch_template, DefaultVersion="2", **name)["message"],
    }


def group(**more):
    image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])
    data = {"ImageId": image["Images"][0]["ImageId"], "InstanceType": "t3.micro"}
    name = f"group-{len(groups.describe_auto_scaling_groups()['AutoScalingGroups'])}"
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    places = {"MinSize": 0, "MaxSize": 1, "AvailabilityZones": [f"{REGION}a"]}
    template = {"LaunchTemplateName": name}
    given = {"MixedInstancesPolicy": {"LaunchTemplate": {"LaunchTemplateSpecification": template}}}
    given = {"LaunchTemplate": template} if more.get("alone") else given
    groups.create_auto_scaling_group(AutoScalingGroupName=name, **given, **places)
    return groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"][0]


def scaling():
    mixed = group()["MixedInstancesPolicy"]
    unnamed = {"AutoScalingGroupName": "none", "MinSize": 0, "MaxSize": 1, "AvailabilityZones": [f"{REGION}a"]}
    return {
        "alone": sorted(group(alone=True)["LaunchTemplate"]),
        "mixed": sorted(mixed["LaunchTemplate"]["LaunchTemplateSpecification"]),
        "overrides": mixed["LaunchTemplate"]["Overrides"],
        "distribution": mixed["InstancesDistribution"],
        "unnamed": error_of(groups.create_auto_scaling_group, LaunchTemplate={"Version": "1"}, **unnamed)["message"],
        "unknown": error_of(groups.update_auto_scaling_group, AutoScalingGroupName="none", MinSize=1)["message"],
    }


def configurations():
    """Terraform's calls for a bucket's metrics, as the owner and as a role that may only read them."""
    here = {"Bucket": "verified", "Id": "all"}
    reads = {"Action": "s3:GetMetricsConfiguration", "Resource": "arn:aws:s3:::verified"}
    reader = client("s3", ACCOUNT, REGION, role_session(ACCOUNT, REGION, "reader", reads))
    s3.put_bucket_metrics_configuration(MetricsConfiguration={"Id": "all", "Filter": {"Prefix": "a/"}}, **here)
    denied = error_of(reader.delete_bucket_metrics_configuration, **here)["code"]
    shown = reader.get_bucket_metrics_configuration(**here)["MetricsConfiguration"]
    listed = reader.list_bucket_metrics_configurations(Bucket="verified")["MetricsConfigurationList"]
    other = error_of(s3.put_bucket_metrics_configuration, MetricsConfiguration={"Id": "b"}, **here)["code"]
    s3.delete_bucket_metrics_configuration(**here)
    return {
        "denied": denied,
        "shown": shown,
        "listed": listed,
        "otherId": other,
        "gone": error_of(s3.get_bucket_metrics_configuration, **here)["code"],
        "none": [
            error_of(s3.get_bucket_inventory_configuration, **here)["code"],
            error_of(s3.get_bucket_analytics_configuration, **here)["code"],
            error_of(s3.get_bucket_intelligent_tiering_configuration, **here)["code"],
        ],
    }


def identities():
    """The account's alias, as the administrator and as a role that may only read it; and whether lists are truncated."""
    reads = {"Action": "iam:ListAccountAliases", "Resource": "*"}
    reader = client("iam", ACCOUNT, REGION, role_session(ACCOUNT, REGION, "alias-reader", reads))
    iam = client("iam", ACCOUNT, REGION)
    denied = error_of(reader.create_account_alias, AccountAlias="theirs")["code"]
    iam.create_account_alias(AccountAlias="ours")
    lists = [iam.list_instance_profiles(), iam.list_role_policies(RoleName="alias-reader"), iam.list_roles()]
    return {
        "denied": denied,
        "alias": reader.list_account_aliases()["AccountAliases"],
        "truncated": [answer.get("IsTruncated") for answer in lists],
    }


print(
    json.dumps(
        {
            "identities": identities(),
            "encryption": encryption(),
            "objects": objects(),
            "queues": queues(),
            "databases": databases(),
            "templates": templates(),
            "scaling": scaling(),
            "configurations": configurations(),
        }
    )
)
