import { startRehearsal, type Rehearsal } from "../../sandbox";
import { AwsCli, whereTheCliIs } from "./lib/aws-cli";

/**
 * How people copy encrypted images manually with the unmodified AWS CLI: each procedure in the form that works on AWS, and
 * in published forms that do not, which must fail here with AWS's codes and texts.
 */

jest.setTimeout(240_000);

const SRC = "111111111111";
const DST = "222222222222";
const HOME = "us-east-2";
const AWAY = "us-west-1";

whereTheCliIs(describe)("the AWS CLI", () => {
  let cloud: Rehearsal;
  let src: AwsCli;
  let dst: AwsCli;
  let away: AwsCli;
  const defects: unknown[] = [];

  /** An image whose volume is under the AWS managed key. */
  let image: string;
  let snapshot: string;
  /** A key of SRC that DST may use, and DST's own. */
  let sharedKey: string;
  let ownKey: string;
  /** The image's copy under `sharedKey`. */
  let copy: string;
  let copySnapshot: string;

  const hour = () => cloud.clock.advance(3600);
  const snapshotOf = async (cli: AwsCli, imageId: string): Promise<string> =>
    (await cli.run("ec2", "describe-images", "--image-ids", imageId)).Images[0].BlockDeviceMappings[0].Ebs
      .SnapshotId;

  beforeAll(async () => {
    cloud = await startRehearsal({ port: 0, onDefect: (error) => defects.push(error) });
    src = new AwsCli(cloud.url, SRC, HOME);
    dst = new AwsCli(cloud.url, DST, HOME);
    away = new AwsCli(cloud.url, SRC, AWAY);
    const filter = ["--owners", "amazon", "--filters", "Name=architecture,Values=x86_64"];
    const [{ Images }, shared, own] = await Promise.all([
      src.run("ec2", "describe-images", ...filter),
      src.run("kms", "create-key", "--policy", JSON.stringify(openTo(DST))),
      dst.run("kms", "create-key"),
    ]);
    sharedKey = shared.KeyMetadata.Arn;
    ownKey = own.KeyMetadata.Arn;
    const [{ ImageId, RootDeviceName }] = Images;
    const mapping = `DeviceName=${RootDeviceName},Ebs={Encrypted=true}`;
    const launched = await src.run(
      ...["ec2", "run-instances", "--image-id", ImageId, "--instance-type", "t3.micro"],
      ...["--block-device-mappings", mapping],
    );
    await cloud.clock.advance(300);
    const [{ InstanceId }] = launched.Instances;
    const made = await src.run(
      "ec2",
      "create-image",
      "--instance-id",
      InstanceId,
      "--name",
      "web",
      "--no-reboot",
    );
    image = made.ImageId;
    await hour();
    snapshot = await snapshotOf(src, image);
    const copying = ["--source-region", HOME, "--encrypted", "--kms-key-id", sharedKey];
    const copied = await src.run(
      "ec2",
      "copy-image",
      "--source-image-id",
      image,
      "--name",
      "web-shared",
      ...copying,
    );
    copy = copied.ImageId;
    await hour();
    copySnapshot = await snapshotOf(src, copy);
  });
  afterAll(async () => {
    await cloud.stop();
    expect(defects).toEqual([]);
  });

  describe("an image under the AWS managed key", () => {
    test("cannot be shared, and neither can its snapshot", async () => {
      const permission = `Add=[{UserId=${DST}}]`;
      const attribute = [
        "--attribute",
        "createVolumePermission",
        "--operation-type",
        "add",
        "--user-ids",
        DST,
      ];
      const [asImage, asSnapshot] = await Promise.all([
        src.refusal("ec2", "modify-image-attribute", "--image-id", image, "--launch-permission", permission),
        src.refusal("ec2", "modify-snapshot-attribute", "--snapshot-id", snapshot, ...attribute),
      ]);
      expect(asImage.code).toBe("InvalidParameter");
      expect(asImage.message).toContain("Snapshots encrypted with the AWS Managed CMK can't be shared");
      expect(asSnapshot).toEqual({
        code: "OperationNotPermitted",
        message: "Encrypted snapshots with EBS default key cannot be shared",
      });
    });

    test("cannot be copied without encryption", async () => {
      const plain = ["--name", "plain", "--source-region", HOME, "--no-encrypted"];
      const refused = await src.refusal("ec2", "copy-image", "--source-image-id", image, ...plain);
      expect(refused.code).toBe("InvalidRequest");
      expect(refused.message).toBe(
        `Snapshot ${snapshot} is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.`,
      );
    });

    test("is copied through a copy under a shared key: its snapshot is copied under the own key, registered and launched", async () => {
      const share = ["--attribute", "createVolumePermission", "--operation-type", "add", "--user-ids", DST];
      const under = ["--encrypted", "--kms-key-id", ownKey];
      const copying = ["ec2", "copy-snapshot", "--source-region", HOME, "--source-snapshot-id", copySnapshot];
      await src.run("ec2", "modify-snapshot-attribute", "--snapshot-id", copySnapshot, ...share);
      const { SnapshotId } = await dst.run(...copying, ...under);
      await hour();
      const root = `DeviceName=/dev/xvda,Ebs={SnapshotId=${SnapshotId}}`;
      const { ImageId } = await dst.run(
        ...["ec2", "register-image", "--name", "web", "--root-device-name", "/dev/xvda"],
        ...["--architecture", "x86_64", "--virtualization-type", "hvm", "--ena-support"],
        ...["--block-device-mappings", root],
      );
      const { Instances } = await dst.run(
        ...["ec2", "run-instances", "--image-id", ImageId, "--instance-type", "t3.micro"],
      );
      await cloud.clock.advance(300);
      const [state, copies] = await Promise.all([
        dst.run("ec2", "describe-instances", "--instance-ids", Instances[0].InstanceId),
        dst.run("ec2", "describe-snapshots", "--snapshot-ids", SnapshotId),
      ]);
      expect(state.Reservations[0].Instances[0].State.Name).toBe("running");
      expect(copies.Snapshots[0]).toMatchObject({ State: "completed", KmsKeyId: ownKey, OwnerId: DST });
    });
  });

  describe("a snapshot's copy to another Region", () => {
    const from = () => [
      "ec2",
      "copy-snapshot",
      "--source-region",
      HOME,
      "--source-snapshot-id",
      copySnapshot,
    ];

    test("is requested in the destination Region, with --encrypted and the key", async () => {
      const { KeyMetadata } = await away.run("kms", "create-key");
      const { SnapshotId } = await away.run(...from(), "--encrypted", "--kms-key-id", KeyMetadata.Arn);
      await hour();
      const { Snapshots } = await away.run("ec2", "describe-snapshots", "--snapshot-ids", SnapshotId);
      expect(Snapshots[0]).toMatchObject({ State: "completed", KmsKeyId: KeyMetadata.Arn, Encrypted: true });
    });

    test("ignores --destination-region and fails under a key of that Region", async () => {
      const { KeyMetadata } = await away.run("kms", "create-key");
      const key = ["--encrypted", "--kms-key-id", KeyMetadata.Arn];
      const { SnapshotId } = await src.run(...from(), "--destination-region", AWAY, ...key);
      await hour();
      const { Snapshots } = await src.run("ec2", "describe-snapshots", "--snapshot-ids", SnapshotId);
      expect(Snapshots[0]).toMatchObject({ State: "error", StateMessage: "Given key ID is not accessible" });
    });
  });

  test("an option with a long dash from a web page is wrong usage: nothing is sent", async () => {
    const refused = await src.refusal("ec2", "describe-images", "\u2013owners", "self");
    expect(refused.code).toBeUndefined();
    expect(refused.message).toMatch(/Unknown options: .*\u2013owners/);
  });

  test("the quotas of an account are found by name, and by code if it is known", async () => {
    const name = "Concurrent snapshot copies per destination Region";
    const listed = await src.run("service-quotas", "list-service-quotas", "--service-code", "ebs");
    expect(listed.Quotas).toContainEqual(
      expect.objectContaining({ QuotaName: name, Value: 20, Adjustable: false }),
    );
    const one = ["--service-code", "ebs", "--quota-code", "L-309BACF6"];
    const { Quota } = await src.run("service-quotas", "get-service-quota", ...one);
    expect(Quota).toMatchObject({ QuotaName: "Snapshots per Region", Value: 100_000, Adjustable: true });
  });

  test("a key policy without its owner is refused, and so is one that names a principal that does not exist", async () => {
    const { Version, Statement } = openTo(DST);
    const [owner, ...others] = Statement;
    const nobody = { ...owner, Sid: "Nobody", Principal: { AWS: `arn:aws:iam::${SRC}:role/none` } };
    const [locked, unknown] = await Promise.all([
      src.refusal("kms", "create-key", "--policy", JSON.stringify({ Version, Statement: others })),
      src.refusal("kms", "create-key", "--policy", JSON.stringify({ Version, Statement: [owner, nobody] })),
    ]);
    expect(locked.code).toBe("MalformedPolicyDocumentException");
    expect(locked.message).toBe(
      "The new key policy will not allow you to update the key policy in the future.",
    );
    expect(unknown.code).toBe("MalformedPolicyDocumentException");
  });

  test("CloudTrail shows the owner of a shared snapshot who copied it, and both accounts who used the key", async () => {
    const named = (name: string) => ["--lookup-attributes", `AttributeKey=EventName,AttributeValue=${name}`];
    const [started, used] = await Promise.all([
      src.run("cloudtrail", "lookup-events", ...named("SharedSnapshotCopyInitiated")),
      src.run("cloudtrail", "lookup-events", ...named("CreateGrant")),
    ]);
    expect(JSON.parse(started.Events[0].CloudTrailEvent)).toMatchObject({
      userIdentity: { type: "AWSAccount", accountId: DST },
      serviceEventDetails: { snapshotId: copySnapshot },
    });
    const records = used.Events.map((event: any) => JSON.parse(event.CloudTrailEvent));
    const byDestination = records.find((record: any) => record.userIdentity.accountId === DST);
    expect(byDestination.resources).toEqual([{ accountId: SRC, type: "AWS::KMS::Key", ARN: sharedKey }]);
    const theirs = await dst.run("cloudtrail", "lookup-events", ...named("CreateGrant"));
    const shared = theirs.Events.map((event: any) => JSON.parse(event.CloudTrailEvent).sharedEventID);
    expect(shared).toContain(byDestination.sharedEventID);
  });

  test("a key is rotated every 120 days and on demand, and the history lists each rotation", async () => {
    const key = ["--key-id", ownKey];
    await dst.run("kms", "enable-key-rotation", ...key, "--rotation-period-in-days", "120");
    await dst.run("kms", "rotate-key-on-demand", ...key);
    expect((await dst.refusal("kms", "rotate-key-on-demand", ...key)).code).toBe("ConflictException");
    await hour();
    const status = await dst.run("kms", "get-key-rotation-status", ...key);
    expect(status).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 120 });
    const { Rotations } = await dst.run("kms", "list-key-rotations", ...key);
    expect(Rotations.map((one: any) => one.RotationType)).toEqual(["ON_DEMAND"]);
    await cloud.clock.advance(121 * 24 * 3600);
    const all = ["--include-key-material", "ALL_KEY_MATERIAL"];
    const later = await dst.run("kms", "list-key-rotations", ...key, ...all);
    expect(later.Rotations.map((one: any) => [one.KeyMaterialState, one.RotationType])).toEqual([
      ["NON_CURRENT", undefined],
      ["NON_CURRENT", "ON_DEMAND"],
      ["CURRENT", "AUTOMATIC"],
    ]);
  });
});

/** A key policy that allows the owner's account, and another account's principals if their IAM allows it. */
function openTo(account: string) {
  const root = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });
  const use = ["kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Owner", Effect: "Allow", Principal: root(SRC), Action: "kms:*", Resource: "*" },
      { Sid: "Copier", Effect: "Allow", Principal: root(account), Action: use, Resource: "*" },
    ],
  };
}
