import { startRehearsal, type Rehearsal } from "../../sandbox";
import { AwsCli, whereTheCliIs } from "./lib/aws-cli";

/** A group with instance requirements instead of instance types, with the unmodified AWS CLI. */

jest.setTimeout(240_000);

const REQUIREMENTS = { VCpuCount: { Min: 2, Max: 4 }, MemoryMiB: { Min: 4096 } };
const GROUP = ["--auto-scaling-group-name", "web"];

whereTheCliIs(describe)("a group by instance requirements", () => {
  let cloud: Rehearsal;
  let aws: AwsCli;

  const policy = (InstanceRequirements: object) =>
    JSON.stringify({
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateName: "web" },
        Overrides: [{ InstanceRequirements }],
      },
    });
  const creation = (requirements: object) => [
    ...["autoscaling", "create-auto-scaling-group", ...GROUP],
    ...["--mixed-instances-policy", policy(requirements)],
    ...["--min-size", "1", "--max-size", "1", "--availability-zones", "eu-west-1a"],
  ];

  beforeAll(async () => {
    cloud = await startRehearsal({ port: 0 });
    aws = new AwsCli(cloud.url, "111111111111", "eu-west-1");
    const filter = ["--owners", "amazon", "--filters", "Name=architecture,Values=x86_64"];
    const { Images } = await aws.run("ec2", "describe-images", ...filter);
    const data = JSON.stringify({ ImageId: Images[0].ImageId });
    await aws.run(
      ...["ec2", "create-launch-template", "--launch-template-name", "web"],
      ...["--launch-template-data", data],
    );
  });
  afterAll(() => cloud.stop());

  test("an unsupported attribute is refused by its name, and no group is created", async () => {
    const { message } = await aws.refusal(
      ...creation({ ...REQUIREMENTS, SpotMaxPricePercentageOverLowestPrice: 100 }),
    );
    expect(message).toContain("does not implement SpotMaxPricePercentageOverLowestPrice");
    expect((await aws.run("autoscaling", "describe-auto-scaling-groups")).AutoScalingGroups).toEqual([]);
  });

  test("an instance of a matching type is launched, and the requirements are returned as given", async () => {
    await aws.run(...creation(REQUIREMENTS));
    await cloud.clock.advance(120);
    const { AutoScalingGroups } = await aws.run("autoscaling", "describe-auto-scaling-groups", ...names());
    const [group] = AutoScalingGroups;
    expect(group.MixedInstancesPolicy.LaunchTemplate.Overrides).toEqual([
      { InstanceRequirements: REQUIREMENTS },
    ]);
    expect(group.Instances).toEqual([expect.objectContaining({ LifecycleState: "InService" })]);
    const type = ["--instance-types", group.Instances[0].InstanceType];
    const { InstanceTypes } = await aws.run("ec2", "describe-instance-types", ...type);
    const [{ VCpuInfo, MemoryInfo, ProcessorInfo }] = InstanceTypes;
    expect([2, 3, 4]).toContain(VCpuInfo.DefaultVCpus);
    expect(MemoryInfo.SizeInMiB).toBeGreaterThanOrEqual(4096);
    expect(ProcessorInfo.SupportedArchitectures).toContain("x86_64");
  });

  const names = () => ["--auto-scaling-group-names", "web"];
});
