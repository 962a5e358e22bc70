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

/** An image is copied by its snapshots, under keys with imported material that is generated with openssl and imported manually. */

jest.setTimeout(240_000);

const TOKYO = "ap-northeast-1";
const USE = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

const place = useWorkplace();

whereTheCliIs(describe)("typed with the AWS CLI and openssl", () => {
  let source: Terminal;
  let target: Terminal;
  let image: string;
  let transitKey: string;
  let targetKey: string;

  const hour = () => place.cloud.clock.advance(3600);
  /** Writes the wrapping key and the import token to files. */
  const parameters = (key: string, algorithm: string) =>
    [
      `aws kms get-parameters-for-import --key-id ${key} --wrapping-algorithm ${algorithm} --wrapping-key-spec RSA_2048` +
        " --query '[PublicKey,ImportToken]' --output text > parameters.txt",
      "cut -f1 parameters.txt | base64 -d > WrappingPublicKey.bin",
      "cut -f2 parameters.txt | base64 -d > ImportToken.bin",
    ].join(" && ");
  const wrap =
    "openssl pkeyutl -encrypt -in PlaintextKeyMaterial.bin -out EncryptedKeyMaterial.bin -inkey WrappingPublicKey.bin -keyform DER -pubin" +
    " -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256";
  const bring = (key: string, expiry = "--expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE") =>
    `aws kms import-key-material --key-id ${key} --encrypted-key-material fileb://EncryptedKeyMaterial.bin --import-token fileb://ImportToken.bin ${expiry}`;
  const copyTo = async (cli: Terminal, snapshot: string, key: string) => {
    const command = `aws ec2 copy-snapshot --source-region ${TOKYO} --source-snapshot-id ${snapshot} --encrypted --kms-key-id ${key}`;
    const id = await cli.type(`${command} --query SnapshotId`);
    await hour();
    return place.look.snapshot([cli === source ? SRC : DST, TOKYO], id);
  };
  const snapshotOf = (id: string) => place.look.rootSnapshot([SRC, TOKYO], id);

  beforeAll(async () => {
    source = place.terminal(SRC, TOKYO);
    target = place.terminal(DST, TOKYO);
    image = await place.encryptedImage(SRC, TOKYO, "web");
    const create = "aws kms create-key --origin EXTERNAL --query KeyMetadata.Arn";
    [transitKey, targetKey] = await Promise.all([source.type(create), target.type(create)]);
    await source.type("openssl rand -out PlaintextKeyMaterial.bin 32");
  });

  test("the article's padding is not the one that the import token was requested for", async () => {
    await source.type(parameters(transitKey, "RSAES_OAEP_SHA_256"));
    // The article uses `openssl rsautl -oaep`; this is the same with the command that replaced it.
    await source.type(wrap.replace(/sha256/g, "sha1"));
    expect((await source.refusal(bring(transitKey))).code).toBe("InvalidCiphertextException");
    const old = await source.refusal(
      `aws kms get-parameters-for-import --key-id ${transitKey} --wrapping-algorithm RSAES_PKCS1_V1_5 --wrapping-key-spec RSA_2048`,
    );
    expect(old.code).toBeDefined();
  });

  test("an import without an expiration model is refused", async () => {
    await source.type(wrap);
    expect((await source.refusal(bring(transitKey, ""))).code).toBe("ValidationException");
  });

  test("until its material is imported the key encrypts no copy", async () => {
    expect(await copyTo(source, await snapshotOf(image), transitKey)).toMatchObject({
      State: "error",
      StateMessage: "Given key ID is not accessible",
    });
  });

  test("with the requested padding the material is imported, into the key of either account", async () => {
    await source.type(bring(transitKey));
    await target.type(parameters(targetKey, "RSAES_OAEP_SHA_256"));
    await target.type(`openssl rand -out PlaintextKeyMaterial.bin 32 && ${wrap}`);
    const tomorrow = new Date(Date.now() + 24 * 3600 * 1000 + 5 * 3600 * 1000).toISOString();
    await target.type(bring(targetKey, `--expiration-model KEY_MATERIAL_EXPIRES --valid-to ${tomorrow}`));
    const { KeyMetadata } = await target.type(`aws kms describe-key --key-id ${targetKey}`);
    expect(KeyMetadata).toMatchObject({ KeyState: "Enabled", ExpirationModel: "KEY_MATERIAL_EXPIRES" });
  });

  test("the image's snapshots are copied from the default key to the other account under its key, registered and launched", async () => {
    const { KmsKeyId, SnapshotId, State } = await copyTo(source, await snapshotOf(image), transitKey);
    expect({ KmsKeyId, State }).toEqual({ KmsKeyId: transitKey, State: "completed" });
    const others = { Sid: "Others", Principal: root(DST), Action: USE, Resource: "*" };
    source.file("key-policy.json", policyOf(ownerOfKey(SRC), others));
    await source.type(
      `aws kms put-key-policy --key-id ${transitKey} --policy-name default --policy file://key-policy.json`,
    );
    await source.type(
      `aws ec2 modify-snapshot-attribute --snapshot-id ${SnapshotId} --attribute createVolumePermission --operation-type add --user-ids ${DST}`,
    );
    const own = await copyTo(target, SnapshotId, targetKey);
    expect(own).toMatchObject({ State: "completed", KmsKeyId: targetKey, OwnerId: DST });
    const traits =
      "--architecture x86_64 --virtualization-type hvm --ena-support --root-device-name /dev/xvda";
    const registered = await target.type(
      `aws ec2 register-image --name web ${traits} --block-device-mappings 'DeviceName=/dev/xvda,Ebs={SnapshotId=${own.SnapshotId}}' --query ImageId`,
    );
    const run = `aws ec2 run-instances --image-id ${registered} --instance-type t3.micro --query Instances[0].InstanceId`;
    const launched = async () => place.look.launched([DST, TOKYO], await target.type(run));
    expect((await launched()).state).toBe("running");
    // After its material expires the key's images cannot be launched, until the same material is imported again.
    await place.cloud.clock.advance(36 * 3600);
    expect((await launched()).reason).toMatch(/^Client.InvalidKMSKey.InvalidState/);
    await target.type(parameters(targetKey, "RSAES_OAEP_SHA_256"));
    await target.type(wrap);
    await target.type(bring(targetKey));
    expect((await launched()).state).toBe("running");
  });
});

test("with boto3: an image of several volumes, and material other than the key's first material", async () => {
  const seen = await place.boto3("procedures_imported_keys.py");
  expect(seen.other.code).toBe("IncorrectKeyMaterialException");
  expect(seen.rotation.code).toBe("UnsupportedOperationException");
  expect(seen.volumes).toHaveLength(3);
  expect(new Set(seen.volumes.map(({ key }: { key: string }) => key))).toEqual(new Set([seen.keys.home]));
  expect(seen.mapping).toEqual(seen.expected);
  expect(seen.launched).toMatchObject({ state: "running" });
});
