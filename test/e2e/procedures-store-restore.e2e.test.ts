import { DST, ownerOfKey, policyOf, SRC, useWorkplace, whereTheCliIs, type Terminal } from "./lib/procedures";

/**
 * An encrypted image is copied to another account and Region through S3, without sharing a key: it is stored in a bucket,
 * copied to the other account's bucket, and restored there.
 */

jest.setTimeout(240_000);

const HOME = "us-east-2";
const AWAY = "eu-central-1";
const ROLE = `arn:aws:iam::${SRC}:role/AmiTransferRole`;

/** The permissions that the EC2 user guide requires, and those that one principal needs to copy between the buckets. */
const TRANSFER = policyOf({
  Action: [
    ...["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:PutObjectTagging"],
    ...["s3:AbortMultipartUpload", "s3:GetObjectTagging", "s3:ListMultipartUploadParts"],
    ...["ebs:CompleteSnapshot", "ebs:GetSnapshotBlock", "ebs:ListChangedBlocks", "ebs:ListSnapshotBlocks"],
    ...["ebs:PutSnapshotBlock", "ebs:StartSnapshot", "ec2:CreateStoreImageTask"],
    ...["ec2:DescribeStoreImageTasks", "ec2:GetEbsEncryptionByDefault", "ec2:DescribeTags"],
  ],
  Resource: "*",
});
const target = (...Action: string[]) => ({
  Sid: "Push",
  Principal: { AWS: ROLE },
  Action,
  Resource: "arn:aws:s3:::target-images/*",
});

const place = useWorkplace();

whereTheCliIs(describe)("typed with the AWS CLI", () => {
  let owner: Terminal;
  let home: Terminal;
  let away: Terminal;
  let image: string;
  let key: string;
  const hour = () => place.cloud.clock.advance(3600);
  const newestTask = async () =>
    (await owner.type("aws ec2 describe-store-image-tasks")).StoreImageTaskResults[0];
  const bucketPolicy = (...statements: object[]) => {
    away.file("bucket-policy.json", policyOf(...statements));
    return "aws s3api put-bucket-policy --bucket target-images --policy file://bucket-policy.json";
  };

  beforeAll(async () => {
    owner = place.terminal(SRC, HOME);
    away = place.terminal(DST, AWAY);
    key = (await owner.type("aws kms create-key")).KeyMetadata.Arn;
    image = await place.encryptedImage(SRC, HOME, "web", key);
    owner.file("trust.json", policyOf({ Principal: { AWS: SRC }, Action: "sts:AssumeRole" }));
    await owner.type("aws s3 mb s3://source-images");
    await away.type("aws s3 mb s3://target-images");
    await owner.type(
      "aws iam create-role --role-name AmiTransferRole --assume-role-policy-document file://trust.json",
    );
    await place.look.roleMay([SRC, HOME], "AmiTransferRole", TRANSFER);
    home = await owner.as(ROLE);
  });

  test("the article's bucket policy names an invalid session principal and is refused", async () => {
    const printed = {
      Sid: "Statement1",
      Principal: { AWS: "arn:aws:sts::1234567891:assumed-role/<rolename>" },
      Action: ["s3:GetObject", "s3:PutObject", "s3:PutObjectAcl"],
      Resource: "arn:aws:s3:::target-images/*",
    };
    expect(await away.refusal(bucketPolicy(printed))).toEqual({
      code: "MalformedPolicy",
      message: "Invalid principal in policy",
    });
  });

  test("the article's long dash is not an option: nothing is sent", async () => {
    const refused = await home.refusal(
      `aws ec2 create-store-image-task --image-id ${image} \u2013bucket source-images`,
    );
    expect(refused.code).toBeUndefined();
    expect(refused.message).toContain("--bucket");
  });

  test("without permission to decrypt the snapshots the task fails", async () => {
    await home.type(`aws ec2 create-store-image-task --image-id ${image} --bucket source-images`);
    await hour();
    const task = await newestTask();
    expect(task).toMatchObject({ AmiId: image, StoreTaskState: "Failed" });
    expect(task.StoreTaskFailureReason).toContain("is not authorized to perform: kms:DescribeKey");
  });

  test("with this permission the image is stored as an object with its ID", async () => {
    const use = { Principal: { AWS: ROLE }, Action: ["kms:DescribeKey", "kms:Decrypt"], Resource: "*" };
    owner.file("key-policy.json", policyOf(ownerOfKey(SRC), { Sid: "Store", ...use }));
    await owner.type(
      `aws kms put-key-policy --key-id ${key} --policy-name default --policy file://key-policy.json`,
    );
    const tagged = "--s3-object-tags Key=team,Value=web";
    const { ObjectKey } = await home.type(
      `aws ec2 create-store-image-task --image-id ${image} --bucket source-images ${tagged}`,
    );
    expect(ObjectKey).toBe(`${image}.bin`);
    await hour();
    expect(await newestTask()).toMatchObject({ StoreTaskState: "Completed", ProgressPercentage: 100 });
    expect(await owner.type("aws s3 ls s3://source-images/")).toContain(`${image}.bin`);
  });

  test("the copy needs permission to set the tags that it copies", async () => {
    const copy = `aws s3 cp s3://source-images/${image}.bin s3://target-images/ --source-region ${HOME} --region ${AWAY}`;
    await away.type(bucketPolicy(target("s3:PutObject")));
    const refused = await home.refusal(copy);
    expect(refused).toEqual({ code: "AccessDenied", message: "Access Denied" });
    await away.type(bucketPolicy(target("s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload")));
    await home.type(copy);
    expect(await away.type("aws s3 ls s3://target-images/")).toContain(`${image}.bin`);
  });

  test("a large object is copied in parts", async () => {
    const list = {
      Principal: { AWS: ROLE },
      Action: "s3:ListBucket",
      Resource: "arn:aws:s3:::target-images",
    };
    const write = target("s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload");
    await away.type(bucketPolicy(write, { Sid: "List", ...list }));
    owner.file("large.bin", Buffer.alloc(12 * 1024 ** 2, "x"));
    await owner.type("aws s3 cp large.bin s3://source-images/large.bin");
    const across = `--source-region ${HOME} --region ${AWAY}`;
    await home.type(`aws s3 cp s3://source-images/large.bin s3://target-images/large.bin ${across}`);
    const head = await place.look.object([DST, AWAY], "target-images", "large.bin");
    expect(head.ContentLength).toBe(12 * 1024 ** 2);
    expect(head.ETag).toMatch(/-2"$/);
  });

  test("without encryption by default the restored image is unencrypted", async () => {
    const restore = `aws ec2 create-restore-image-task --object-key ${image}.bin --bucket target-images`;
    const { ImageId } = await away.type(`${restore} --name plain`);
    await hour();
    const { Images } = await away.type(`aws ec2 describe-images --image-ids ${ImageId}`);
    expect(Images[0]).toMatchObject({ State: "available", SourceImageId: image, SourceImageRegion: HOME });
    expect(Images[0].BlockDeviceMappings[0].Ebs.Encrypted).toBe(false);
    expect((await away.refusal(`${restore} --name plain`)).code).toBe("InvalidAMIName.Duplicate");
  });

  test("with encryption by default the restored image is under the account's own key, and launches", async () => {
    const ownKey = (await away.type("aws kms create-key")).KeyMetadata.Arn;
    await away.type(`aws ec2 modify-ebs-default-kms-key-id --kms-key-id ${ownKey}`);
    await away.type("aws ec2 enable-ebs-encryption-by-default");
    const { ImageId } = await away.type(
      `aws ec2 create-restore-image-task --object-key ${image}.bin --bucket target-images --name web`,
    );
    await hour();
    const { Snapshots } = await away.type(
      "aws ec2 describe-snapshots --owner-ids self --filters Name=encrypted,Values=true",
    );
    expect(Snapshots).toMatchObject([{ KmsKeyId: ownKey, OwnerId: DST, State: "completed" }]);
    const { Instances } = await away.type(
      `aws ec2 run-instances --image-id ${ImageId} --instance-type t3.micro`,
    );
    const { state, key: used } = await place.look.launched([DST, AWAY], Instances[0].InstanceId);
    expect({ state, used }).toEqual({ state: "running", used: ownKey });
  });
});

test("with boto3: a bucket under its own key, a bucket with ACLs, and the procedure that works", async () => {
  const seen = await place.boto3("procedures_store_restore.py");
  expect(seen.withoutBucketKey).toMatchObject({ state: "Failed" });
  expect(seen.withoutBucketKey.reason).toContain("is not authorized to perform: kms:GenerateDataKey");
  expect(seen.stored).toEqual({ state: "Completed", encryption: "aws:kms", key: seen.keys.bucket });
  expect(seen.foreignObject).toEqual({ code: "AccessDenied", message: "Access Denied" });
  expect(seen.wrongRegion.code).toBe("InvalidParameterValue");
  expect(seen.noObject.code).toBe("NoSuchKey");
  expect(seen.restored).toMatchObject({ State: "available", Name: "web", Architecture: "x86_64" });
  expect(seen.launched).toMatchObject({ state: "running", key: seen.keys.home });
  expect(seen.stillPrivate).toMatchObject({ LaunchPermissions: [] });
});
