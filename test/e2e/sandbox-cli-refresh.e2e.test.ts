import { startRehearsal, type Rehearsal } from "../../sandbox";
import { AwsCli, whereTheCliIs } from "./lib/aws-cli";

jest.setTimeout(240_000);

const GROUP = ["--auto-scaling-group-name", "web"];

whereTheCliIs(describe)("instance refreshes of a group, as typed into the AWS CLI", () => {
  let cloud: Rehearsal;
  let aws: AwsCli;
  const instances = async (): Promise<readonly string[]> => {
    const { AutoScalingInstances } = await aws.run("autoscaling", "describe-auto-scaling-instances");
    return AutoScalingInstances.map(({ InstanceId }: any) => InstanceId);
  };
  const start = (preferences: object) => [
    ...["autoscaling", "start-instance-refresh", ...GROUP],
    ...["--preferences", JSON.stringify(preferences)],
  ];
  const refresh = async () => {
    const { InstanceRefreshes } = await aws.run("autoscaling", "describe-instance-refreshes", ...GROUP);
    return InstanceRefreshes[0];
  };

  beforeAll(async () => {
    cloud = await startRehearsal({ port: 0 });
    aws = new AwsCli(cloud.url, "111111111111", "eu-west-1");
    const { Images } = await aws.run("ec2", "describe-images", "--owners", "amazon");
    const ImageId = Images.find(({ Architecture }: any) => Architecture === "x86_64").ImageId;
    const data = JSON.stringify({ ImageId, InstanceType: "t3.micro" });
    await aws.run(
      ...["ec2", "create-launch-template", "--launch-template-name", "web"],
      ...["--launch-template-data", data],
    );
    await aws.run(
      ...["autoscaling", "create-auto-scaling-group", ...GROUP],
      ...["--launch-template", "LaunchTemplateName=web"],
      ...["--min-size", "0", "--max-size", "4", "--desired-capacity", "2"],
      ...["--availability-zones", "eu-west-1a"],
    );
    await cloud.clock.advance(120);
  });
  afterAll(() => cloud.stop());

  test("invalid preferences are refused", async () => {
    const { message } = await aws.refusal(...start({ MaxHealthyPercentage: 110 }));
    expect(message).toContain("MinHealthyPercentage must be specified");
    expect(await refresh()).toBeUndefined();
  });

  test("a refresh launches before it terminates, pauses at its checkpoint, and continues", async () => {
    const before = await instances();
    const preferences = {
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 150,
      CheckpointPercentages: [50, 100],
      CheckpointDelay: 600,
    };
    await aws.run(...start(preferences));
    await cloud.clock.advance(20);
    const meanwhile = await instances();
    expect([meanwhile.length, before.every((id) => meanwhile.includes(id))]).toEqual([3, true]);
    await cloud.clock.advance(300);
    expect((await instances()).filter((id) => before.includes(id))).toHaveLength(1);
    expect(await refresh()).toMatchObject({ Status: "InProgress", Preferences: preferences });
    await cloud.clock.advance(900);
    expect(await refresh()).toMatchObject({ Status: "Successful", PercentageComplete: 100 });
    expect((await instances()).filter((id) => before.includes(id))).toEqual([]);
  });
});
