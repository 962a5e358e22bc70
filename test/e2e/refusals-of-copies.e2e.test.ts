import {
  CreateAutoScalingGroupCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CopyImageCommand,
  CopySnapshotCommand,
  CreateLaunchTemplateCommand,
  DescribeSnapshotAttributeCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import { CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import { makeImage } from "../_helpers/virtual";
import { copiesOf, keyArn, withoutKeyStatements } from "./lib/cloud-state";
import { eventually } from "./lib/rehearsal";
import { answer, HOME, snapshotOf, useRefusingCloud } from "./lib/refusing";

const REFUSAL = /waiting, AWS says: Too many image copies in progress\. The limit is 1 /;
const GROUP = "keyferry-refused-web";

jest.setTimeout(240_000);

const stage = useRefusingCloud();
const { builder, prod, keyferry, expectNothingShared, diagnosis, explained } = stage;

describe("a copy", () => {
  test("whose snapshot is unshared is refused by AWS, and the error says which share is missing", async () => {
    // The script retries a throttled call, which leaves time to withdraw the share.
    await stage.cloud.setFaults([
      {
        service: "ec2",
        operation: "CopyImage",
        account: "222222222222",
        times: 2,
        effect: { kind: "throttle" },
      },
    ]);
    const run = stage.cloud.startKeyferry(["run"]);
    const SnapshotId = await eventually("the share of the transit copy", async () => {
      const [transit] = await copiesOf(builder(), stage.source);
      const id = transit?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
      if (id === undefined) return undefined;
      const { CreateVolumePermissions = [] } = await builder().ec2.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId: id, Attribute: "createVolumePermission" }),
      );
      return CreateVolumePermissions.some(({ UserId }) => UserId === "222222222222") ? id : undefined;
    });
    await builder().ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Remove: [{ UserId: "222222222222" }] },
      }),
    );
    const { code, stderr } = await run.finished;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.anything() });
    expect(stderr).toContain("InvalidRequest: You do not have permission to access the storage of this ami");
    expect(stderr).toContain(
      "cause: the image is shared with account 222222222222, but one of its snapshots is not",
    );
    expect(stderr).toContain("fix: run again: account 111111111111 shares the snapshots again");
    expect(await copiesOf(prod(), stage.source)).toEqual([]);
    await expectNothingShared();
    await stage.cloud.setFaults([]);
    expect((await keyferry("run")).code).toBe(0);
    expect((await copiesOf(prod(), stage.source)).map(({ State }) => State)).toEqual(["available"]);
  });

  test("beyond the quota is refused by AWS, waits and completes", async () => {
    const place = stage.cloud.topology.rules[0]?.to[0];
    if (place === undefined) throw new TypeError("no destination");
    const own = await makeImage({ cloudClock: stage.cloud.clock }, stage.admins, place, "other", [
      { sizeGiB: 500 },
    ]);
    const { ec2 } = prod();
    const SourceSnapshotId = await snapshotOf(prod(), own);
    stage.cloud.clock.setScale(0.001);
    try {
      // Under another key all data is copied again, which takes long.
      const long = { Name: "other-copy", SourceImageId: own, Encrypted: true, KmsKeyId: HOME };
      await ec2.send(new CopyImageCommand({ ...long, SourceRegion: "eu-central-1" }));
      const copy = { SourceSnapshotId, SourceRegion: "eu-central-1" };
      for (let n = 0; n < 20; n += 1) await ec2.send(new CopySnapshotCommand(copy));
      const words = await answer(ec2.send(new CopySnapshotCommand(copy)));
      expect(words).toBe(
        "ResourceLimitExceeded: Too many snapshot copies in progress. The limit is 20 for this destination region.",
      );
      expect(await explained(words)).toContain("as many copies in progress");
      const [found] = await diagnosis();
      expect(found).toMatchObject({
        check: "quotas",
        subject: "prod eu-central-1",
        account: "222222222222",
        what: expect.stringMatching(/^21 snapshots are in progress/),
      });
      await setQuota({ imageCopies: 1 });
      const run = stage.cloud.startKeyferry(["run"]);
      let said = "";
      run.child.stderr?.on("data", (text: string) => (said += text));
      await eventually("the transit copy", async () => (await copiesOf(builder(), stage.source))[0]);
      await stage.cloud.clock.advance(60);
      await eventually("AWS's refusal", async () => REFUSAL.test(said) || undefined);
      expect(await copiesOf(prod(), stage.source)).toEqual([]);
      stage.cloud.clock.setScale(600);
      const { code, stderr } = await run.finished;
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.anything() });
      expect((await copiesOf(prod(), stage.source)).map(({ State }) => State)).toEqual(["available"]);
      await expectNothingShared();
    } finally {
      stage.cloud.clock.setScale(600);
    }
  });
});

describe("an Auto Scaling group", () => {
  test("whose role the key's policy does not allow cannot launch, and doctor reports the cause and the account that must act", async () => {
    expect((await keyferry("run")).code).toBe(0);
    const [copy] = await copiesOf(prod(), stage.source);
    const home = await keyArn(prod(), HOME);
    const { iam, ec2, autoScaling } = prod();
    await iam
      .send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" }))
      .catch(() => undefined);
    const rows = ["AutoScalingGrantsToEbs", "AutoScalingMakesVolumes", "AutoScalingUses"];
    await withoutKeyStatements(prod(), home, rows, async () => {
      await ec2.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: GROUP,
          LaunchTemplateData: { ImageId: copy?.ImageId, InstanceType: "t3.micro" },
        }),
      );
      await autoScaling.send(
        new CreateAutoScalingGroupCommand({
          AutoScalingGroupName: GROUP,
          MinSize: 1,
          MaxSize: 1,
          AvailabilityZones: ["eu-central-1a"],
          LaunchTemplate: { LaunchTemplateName: GROUP },
        }),
      );
      // The group retries repeatedly: its newest activity may be an attempt that has not failed yet.
      const said = await eventually("a failed launch", async () => {
        await stage.cloud.clock.advance(600);
        const { Activities = [] } = await autoScaling.send(
          new DescribeScalingActivitiesCommand({ AutoScalingGroupName: GROUP }),
        );
        return Activities.find(({ StatusMessage }) => StatusMessage !== undefined)?.StatusMessage;
      });
      expect(said).toContain("Client.InternalError: Client error on launch");
      expect(await explained(said)).toContain("the service-linked role of Auto Scaling");
      const found = await diagnosis();
      const launch = found.find(({ check }) => check === "launches");
      expect(launch).toMatchObject({ subject: "web -> prod eu-central-1", account: "222222222222" });
      expect(launch?.what).toContain("Client.InternalError: Client error on launch");
      expect(launch?.fix).toContain("must let AWSServiceRoleForAutoScaling in by the policy of its key");
      const missing = found.filter(({ check }) => check === "permissions");
      expect(missing.map(({ fix }) => fix).join()).toContain("statement AutoScalingGrantsToEbs");
    });
  });
});

/** Sets quotas of account 222222222222. */
async function setQuota(quotas: Readonly<Record<string, number>>): Promise<void> {
  const body = JSON.stringify({ account: "222222222222", quotas });
  await fetch(`${stage.cloud.url}/_rehearsal/quotas`, { method: "PUT", body });
}
