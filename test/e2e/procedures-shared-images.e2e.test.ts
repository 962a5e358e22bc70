import {
  DST,
  ownerOfKey,
  policyOf,
  root,
  SRC,
  useWorkplace,
  whereTheCliIs,
  type Terminal,
} from "./lib/procedures";

/** A builder's account encrypts everything, and other accounts launch its images: what sharing the key requires. */

jest.setTimeout(240_000);

const PARIS = "eu-west-3";
const IRELAND = "eu-west-1";
const DST_PARIS = [DST, PARIS] as const;
const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
const FOR_SERVICES = { Bool: { "kms:GrantIsForAWSResource": "true" } };

const place = useWorkplace();

whereTheCliIs(describe)("typed with the AWS CLI", () => {
  let builder: Terminal;
  let person: Terminal;
  let user: Terminal;
  let sharedKey: string;
  let image: string;

  /** The policy method: the account may use the key and let AWS services create grants. */
  const shared = () =>
    policyOf(
      ownerOfKey(SRC),
      { Sid: "Use", Principal: root(DST), Action: USE, Resource: "*" },
      {
        Sid: "Grants",
        Principal: root(DST),
        Action: "kms:CreateGrant",
        Resource: "*",
        Condition: FOR_SERVICES,
      },
    );
  const launch = async (imageId: string, more = "") => {
    const run = `aws ec2 run-instances --image-id ${imageId} --instance-type t3.micro ${more}`;
    return place.look.launched(DST_PARIS, await user.type(`${run} --query Instances[0].InstanceId`));
  };
  const share = (imageId: string) =>
    `aws ec2 modify-image-attribute --image-id ${imageId} --launch-permission Add=[{UserId=${DST}}]`;
  const roleMay = (...statements: object[]) =>
    place.look.roleMay(DST_PARIS, "user", policyOf({ Action: "ec2:*", Resource: "*" }, ...statements));

  beforeAll(async () => {
    builder = place.terminal(SRC, PARIS);
    person = place.terminal(DST, PARIS);
    sharedKey = await builder.type("aws kms create-key --multi-region --query KeyMetadata.Arn");
    image = await place.encryptedImage(SRC, PARIS, "shared", sharedKey);
    person.file("trust.json", policyOf({ Principal: { AWS: DST }, Action: "sts:AssumeRole" }));
    await person.type("aws iam create-role --role-name user --assume-role-policy-document file://trust.json");
    await roleMay();
    user = await person.as(`arn:aws:iam::${DST}:role/user`);
    await builder.type(share(image));
  });

  test("if only the image is shared and not its key, no account can launch it", async () => {
    expect(await launch(image)).toMatchObject({
      state: "terminated",
      code: "Client.InternalError",
      reason: "Client.InternalError: Client error on launch",
    });
  });

  test("with only one half of the policy method the launch fails", async () => {
    builder.file("shared.json", shared());
    await builder.type(
      `aws kms put-key-policy --key-id ${sharedKey} --policy-name default --policy file://shared.json`,
    );
    expect((await launch(image)).state).toBe("terminated");
  });

  test("kms:* in the role's policy is accepted, but allows only what KMS supports across accounts", async () => {
    await roleMay({ Action: "kms:*", Resource: sharedKey });
    const read = await user.refusal(`aws kms get-key-policy --key-id ${sharedKey}`);
    expect(read.code).toBe("AccessDeniedException");
    expect((await user.type(`aws kms describe-key --key-id ${sharedKey}`)).KeyMetadata.Arn).toBe(sharedKey);
  });

  test("with both halves it launches, under the launching account's default key unless the image's key is named", async () => {
    const managed = await person.type("aws kms describe-key --key-id alias/aws/ebs --query KeyMetadata.Arn");
    expect(await launch(image)).toMatchObject({ state: "running", key: managed });
    const mapping = `--block-device-mappings 'DeviceName=/dev/xvda,Ebs={Encrypted=true,KmsKeyId=${sharedKey}}'`;
    expect(await launch(image, mapping)).toMatchObject({ state: "running", key: sharedKey });
  });

  test("the key's replica in another Region denies access until it gets the same policy", async () => {
    const away = place.terminal(SRC, IRELAND);
    const replica = sharedKey.replace(PARIS, IRELAND);
    await builder.type(`aws kms replicate-key --key-id ${sharedKey} --replica-region ${IRELAND}`);
    await place.cloud.clock.advance(60);
    const look = `aws kms describe-key --region ${IRELAND} --key-id ${replica}`;
    await roleMay({ Action: "kms:*", Resource: [sharedKey, replica] });
    expect((await user.refusal(look)).code).toBe("AccessDeniedException");
    await away.type(
      `aws kms put-key-policy --key-id ${replica} --policy-name default --policy file://shared.json`,
    );
    expect((await user.type(look)).KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType).toBe("REPLICA");
  });

  test("images stay under their former key after another key replaces it under its alias", async () => {
    const alias = "alias/images";
    await builder.type(`aws kms create-alias --alias-name ${alias} --target-key-id ${sharedKey}`);
    const next = await builder.type("aws kms create-key --query KeyMetadata.KeyId");
    await builder.type(`aws kms update-alias --alias-name ${alias} --target-key-id ${next}`);
    await builder.type(`aws kms disable-key --key-id ${sharedKey}`);
    expect((await launch(image)).reason).toMatch(
      /^Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state/,
    );
    await builder.type(`aws kms enable-key --key-id ${sharedKey}`);
  });

  test("with a customer managed default key, the builder's images can be shared immediately and copied", async () => {
    await builder.type(`aws ec2 enable-ebs-encryption-by-default`);
    await builder.type(`aws ec2 modify-ebs-default-kms-key-id --kms-key-id ${sharedKey}`);
    const made = await place.encryptedImage(SRC, PARIS, "by-default");
    await builder.type(share(made));
    const snapshot = await place.look.rootSnapshot([SRC, PARIS], made);
    await builder.type(
      `aws ec2 modify-snapshot-attribute --snapshot-id ${snapshot} --attribute createVolumePermission --operation-type add --user-ids ${DST}`,
    );
    const ownKey = await person.type("aws kms create-key --query KeyMetadata.Arn");
    await roleMay({ Action: "kms:*", Resource: [sharedKey, ownKey] });
    const copy = `aws ec2 copy-image --source-image-id ${made} --source-region ${PARIS} --name own --encrypted --kms-key-id ${ownKey}`;
    const own = await user.type(`${copy} --query ImageId`);
    await place.cloud.clock.advance(3600);
    await roleMay({ Action: "kms:*", Resource: ownKey });
    const { state, key } = await launch(own);
    expect(state).toBe("running");
    expect(key).not.toBe(sharedKey);
  });
});

test("with boto3: a role is allowed, launches, and cannot launch after its grant is revoked", async () => {
  const seen = await place.boto3("procedures_shared_images.py");
  expect(seen.managedKey).toEqual({
    code: "InvalidParameter",
    message: "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
  });
  expect(seen.closed).toMatchObject({
    state: "terminated",
    reason: "Client.InternalError: Client error on launch",
  });
  expect(seen.grantFromOwner).toMatchObject({ state: "running" });
  expect(seen.revoked).toMatchObject({ state: "terminated" });
  expect(seen.copied).toMatchObject({ state: "available", key: seen.keys.own });
  expect(seen.ownImage).toMatchObject({ state: "running" });
});
