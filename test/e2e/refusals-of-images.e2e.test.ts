import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import {
  CopyImageCommand,
  CopySnapshotCommand,
  CreateImageCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  DeleteAliasCommand,
  DisableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { makeImage } from "../_helpers/virtual";
import { copiesOf, keyArn, ownImages } from "./lib/cloud-state";
import { administratorEnvironment } from "./lib/administrator-environment";
import { whereTheCliIs } from "./lib/aws-cli";
import { eventually, ROOT } from "./lib/rehearsal";
import { answer, HOME, snapshotOf, useRefusingCloud } from "./lib/refusing";

const DEPLOY = "npx keyferry deploy 'foundation-*'";

jest.setTimeout(240_000);

const stage = useRefusingCloud();
const { builder, prod, staging, world, keyferry, refused, expectNothingShared, diagnosis, explained } = stage;

test("on the prepared cloud doctor finds no failures", async () => {
  const { code, stdout } = await keyferry("doctor");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("0 FAILED, 0 unknown") });
  expect(stdout).toContain("accounts.builder.ebsDefaults: true");
});

/** Only the account's IAM controls the key: nothing prevents its deletion. */
const WITHOUT_GUARD = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::222222222222:root" },
      Action: "kms:*",
      Resource: "*",
    },
  ],
});

describe("a key", () => {
  test("that is disabled stops a run before any change; the error names the account and what it must do", async () => {
    await prod().kms.send(new DisableKeyCommand({ KeyId: await keyArn(prod(), HOME) }));
    const { stderr } = await refused("run");
    expect(stderr).toContain(`the key ${HOME} of account 222222222222 in eu-central-1 is Disabled`);
    expect(stderr).toContain("fix: account 222222222222 must make it usable: enable it");
  });

  test("that is pending deletion is reported by doctor with what would be lost", async () => {
    const KeyId = await keyArn(prod(), HOME);
    await expect(prod().kms.send(new ScheduleKeyDeletionCommand({ KeyId }))).rejects.toThrow("explicit deny");
    await prod().kms.send(new PutKeyPolicyCommand({ KeyId, Policy: WITHOUT_GUARD }));
    await prod().kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    const [found] = await diagnosis();
    expect(found).toMatchObject({ check: "destination-keys", account: "222222222222" });
    expect(found?.what).toContain("is PendingDeletion");
    expect(found?.fix).toMatch(/cancel its deletion.*everything under it is lost/);
  });

  test("of another Region fails a copy in AWS; Keyferry says where a key is missing", async () => {
    const elsewhere = stage.admins.of("111111111111", "eu-central-1");
    const { ImageId = "" } = await elsewhere.ec2.send(
      new CopyImageCommand({
        Name: "by-hand",
        SourceImageId: stage.source,
        SourceRegion: "eu-west-1",
        Encrypted: true,
        KmsKeyId: await keyArn(builder(), "alias/app-data"),
      }),
    );
    await stage.cloud.clock.advance(600);
    const [copy] = await ownImages(elsewhere);
    expect(copy).toMatchObject({ ImageId, State: "failed" });
    expect(copy?.StateReason?.Message).toContain("Given key ID is not accessible");
    expect(await explained(copy?.StateReason?.Message)).toContain("EC2 uses both keys of a copy");
    await prod().kms.send(new DeleteAliasCommand({ AliasName: HOME }));
    const { stderr } = await refused("run");
    expect(stderr).toContain(`the key ${HOME} of account 222222222222 in eu-central-1 does not exist`);
    expect(stderr).toContain(`fix: deploy the foundation: ${DEPLOY}`);
  });

  test("that is disabled during a copy fails that copy with AWS's error and the account's name", async () => {
    stage.cloud.clock.setScale(0.001);
    try {
      const run = stage.cloud.startKeyferry(["run"]);
      const pending = (admin: ReturnType<typeof prod>) => async () =>
        (await copiesOf(admin, stage.source)).find(({ State }) => State === "pending");
      await eventually("the transit copy", pending(builder()));
      await stage.cloud.clock.advance(3600);
      await eventually("the final copies", async () => (await pending(prod())()) && pending(staging())());
      const home = await keyArn(prod(), HOME);
      await prod().kms.send(new DisableKeyCommand({ KeyId: home }));
      stage.cloud.clock.setScale(600);
      const { code, stderr } = await run.finished;
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.anything() });
      expect(stderr).toContain("failed: Given key ID is not accessible");
      expect(stderr).toContain(`fix: account 222222222222 must enable the key ${home}: it is Disabled`);
      expect((await copiesOf(staging(), stage.source)).map(({ State }) => State)).toEqual(["available"]);
      await expectNothingShared();
    } finally {
      stage.cloud.clock.setScale(600);
    }
  });
});

describe("an image", () => {
  test("from AWS Marketplace is refused by AWS, and by Keyferry before any change", async () => {
    const { Images = [] } = await builder().ec2.send(
      new DescribeImagesCommand({ Owners: ["aws-marketplace"] }),
    );
    const { Instances = [] } = await builder().ec2.send(
      new RunInstancesCommand({
        ImageId: Images[0]?.ImageId,
        InstanceType: "m5.large",
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    await stage.cloud.clock.advance(600);
    const { ImageId = "" } = await builder().ec2.send(
      new CreateImageCommand({ InstanceId: Instances[0]?.InstanceId, Name: "web-2", NoReboot: true }),
    );
    await stage.cloud.clock.advance(3600);
    const share = { Add: [{ UserId: "222222222222" }] };
    await builder().ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: share }));
    await builder().ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: await snapshotOf(builder(), ImageId),
        CreateVolumePermission: share,
      }),
    );
    const request = { Name: "by-hand", SourceImageId: ImageId, SourceRegion: "eu-west-1" };
    const words = await answer(prod().ec2.send(new CopyImageCommand(request)));
    expect(words).toContain("Images from AWS Marketplace cannot be copied to another AWS account");
    expect(await explained(words)).toContain("must subscribe to the product, launch it there");
    const { stderr } = await refused("run");
    expect(stderr).toMatch(
      new RegExp(`web: ${ImageId} has the AWS Marketplace product codes \\S+; AWS refuses`),
    );
    expect(stderr).toContain("fix: subscribe to the product in the destination");
  });

  test("whose name is taken in a destination is refused before a transit copy is made, and doctor reports it", async () => {
    const place = stage.cloud.topology.rules[0]?.to[0];
    if (place === undefined) throw new TypeError("no destination");
    const other = await makeImage({ cloudClock: stage.cloud.clock }, stage.admins, place, "web-1", [
      { sizeGiB: 1 },
    ]);
    const request = { Name: "web-1", SourceImageId: other, SourceRegion: place.region };
    const words = await answer(prod().ec2.send(new CopyImageCommand(request)));
    expect(words).toContain("InvalidAMIName.Duplicate");
    expect(await explained(words)).toContain("has another image of this name");
    expect(await diagnosis()).toMatchObject([
      { check: "names", subject: "web -> prod eu-central-1", account: "222222222222" },
    ]);
    const said = `account 222222222222 has another image with the name "web-1" in eu-central-1: ${other}`;
    const { stderr } = await refused("run");
    expect(stderr).toContain(said);
    expect(stderr).toContain(`fix: account 222222222222 must deregister ${other}`);
    expect((await refused("plan")).stdout.replace(/\s+/g, " ")).toContain(said);
    // In the destination where the name is free, the plan succeeds.
    expect((await keyferry("plan", "--only", "staging")).code).toBe(0);
  });

  test("under an AWS managed key cannot be shared in AWS, and Keyferry copies it through a transit copy", async () => {
    const from = stage.cloud.topology.rules[0]?.from;
    if (from === undefined) throw new TypeError("no rule");
    const disks = [{ sizeGiB: 1, keyAlias: "alias/aws/ebs" }];
    const managed = await makeImage({ cloudClock: stage.cloud.clock }, stage.admins, from, "web-3", disks);
    const share = { Add: [{ UserId: "222222222222" }] };
    const ofImage = await answer(
      builder().ec2.send(new ModifyImageAttributeCommand({ ImageId: managed, LaunchPermission: share })),
    );
    expect(ofImage).toBe(
      "InvalidParameter: Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
    );
    expect(await explained(ofImage)).toContain("under an AWS managed key, which cannot be shared");
    const SnapshotId = await snapshotOf(builder(), managed);
    const ofSnapshot = await answer(
      builder().ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: share })),
    );
    expect(ofSnapshot).toBe(
      "OperationNotPermitted: Encrypted snapshots with EBS default key cannot be shared",
    );
    expect(await explained(ofSnapshot)).toContain("under the AWS managed key of EBS");
    const before = await world();
    const { code, stdout } = await keyferry("plan");
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toContain("under an AWS managed key, which cannot be shared");
    expect(await world()).toEqual(before);
  });

  test("that is encrypted cannot be copied without encryption: AWS refuses it, and Keyferry never requests it", async () => {
    const from = { SourceRegion: "eu-west-1", Encrypted: false };
    const ofImage = await answer(
      builder().ec2.send(new CopyImageCommand({ ...from, Name: "by-hand", SourceImageId: stage.source })),
    );
    const SourceSnapshotId = await snapshotOf(builder(), stage.source);
    const ofSnapshot = await answer(
      builder().ec2.send(new CopySnapshotCommand({ ...from, SourceSnapshotId })),
    );
    for (const words of [ofImage, ofSnapshot]) {
      expect(words).toBe(
        `InvalidRequest: Snapshot ${SourceSnapshotId} is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.`,
      );
      expect(await explained(words)).toContain(
        "cause: copying never takes encryption away: a copy of an encrypted snapshot is always encrypted\nfix: run keyferry",
      );
    }
    expect(await copiesOf(builder(), stage.source)).toEqual([]);
  });
});

whereTheCliIs(test)("the AWS CLI's output is explained when it is piped into keyferry explain", async () => {
  const copy = `aws ec2 copy-image --name by-hand --source-region eu-west-1 --source-image-id ${stage.source} --no-encrypted`;
  const { stdout } = await promisify(execFile)("sh", ["-c", `${copy} 2>&1 | "$NODE" "$KEYFERRY" explain`], {
    env: {
      ...process.env,
      ...administratorEnvironment(stage.cloud.url, "111111111111", "eu-west-1"),
      NODE: process.execPath,
      KEYFERRY: path.join(ROOT, "bin/keyferry.js"),
    },
  });
  expect(stdout).toMatch(/^CopyImage: InvalidRequest: Snapshot snap-\w+ is encrypted\./);
  expect(stdout).toContain("cause: copying never takes encryption away");
});
