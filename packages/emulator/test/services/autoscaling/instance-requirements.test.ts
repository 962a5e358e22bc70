import type { JsonObject } from "../../../contract";
import { addTemplate, createBench, IRELAND, linux, TEMPLATE, type Bench } from "../ec2/lib/bench";
import { activities, create, members, onGroup } from "./lib";

const type = (
  instanceType: string,
  vCpus: number,
  mebibytes: number,
  architecture = "x86_64",
): JsonObject => ({
  instanceType,
  currentGeneration: "true",
  processorInfo: { supportedArchitectures: [architecture] },
  supportedVirtualizationTypes: ["hvm"],
  vCpuInfo: { defaultVCpus: String(vCpus) },
  memoryInfo: { sizeInMiB: String(mebibytes) },
  networkInfo: { enaSupport: "supported" },
});
const TYPES = [
  type("m7i.xlarge", 4, 16384),
  type("c7i.large", 2, 4096),
  type("m7i.large", 2, 8192),
  type("m7g.medium", 1, 4096, "arm64"),
];
const AT_LEAST_2 = { VCpuCount: { Min: "2" }, MemoryMiB: { Min: "4096" } };

/** A cloud with these instance types, and a launch template with the data. */
function prepared(data: JsonObject): Bench {
  const bench = createBench();
  bench.instanceTypes.push(...TYPES);
  addTemplate(bench, { ImageId: linux(IRELAND), ...data });
  return bench;
}
const mixed = (overrides: readonly JsonObject[] = []): JsonObject => ({
  LaunchTemplate: undefined,
  MixedInstancesPolicy: {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE, Version: "$Latest" },
      ...(overrides.length === 0 ? {} : { Overrides: overrides }),
    },
  },
});
const launched = async (bench: Bench) => {
  await bench.clock.advance(60);
  return (await members(bench)).map(({ InstanceType }) => InstanceType);
};

describe("instance requirements", () => {
  it.each([
    ["of the launch template", AT_LEAST_2, [], "c7i.large"],
    ["with more memory", { ...AT_LEAST_2, MemoryMiB: { Min: "8192" } }, [], "m7i.large"],
    [
      "of an override, which come before the template's",
      AT_LEAST_2,
      [{ InstanceRequirements: { VCpuCount: { Min: "4" }, MemoryMiB: { Min: "1" } } }],
      "m7i.xlarge",
    ],
    [
      "of an override, in Auto Scaling's own names",
      AT_LEAST_2,
      [{ InstanceRequirements: { ...AT_LEAST_2, ExcludedInstanceTypes: ["c7i.*"] } }],
      "m7i.large",
    ],
    [
      "are replaced by a type that an override names",
      AT_LEAST_2,
      [{ InstanceType: "m7i.xlarge" }],
      "m7i.xlarge",
    ],
  ])("%s select what is launched", async (_what, InstanceRequirements, overrides, expected) => {
    const bench = prepared({ InstanceRequirements });
    await create(bench, mixed(overrides));
    expect(await launched(bench)).toEqual([expected, expected]);
  });

  it("that match no type which can run the image fail the launch with a reason", async () => {
    // The only one with a single vCPU has another architecture.
    const bench = prepared({
      InstanceRequirements: { VCpuCount: { Min: "1", Max: "1" }, MemoryMiB: { Min: "1" } },
    });
    await create(bench, mixed());
    expect(await launched(bench)).toEqual([]);
    expect(await activities(bench)).toContainEqual(
      expect.objectContaining({
        StatusCode: "Failed",
        StatusMessage: expect.stringContaining("No instance types match") as string,
      }),
    );
  });

  it("are refused outside a mixed instances policy, and together with a type", async () => {
    const bench = prepared({ InstanceRequirements: AT_LEAST_2 });
    await expect(create(bench)).rejects.toThrow("only in a mixed instances policy");
    await expect(
      create(bench, mixed([{ InstanceType: "m7i.large", InstanceRequirements: AT_LEAST_2 }])),
    ).rejects.toThrow("both InstanceType and InstanceRequirements");
  });

  it("count as matched by what they launched, for a refresh with skip matching", async () => {
    const bench = prepared({ InstanceRequirements: AT_LEAST_2 });
    await create(bench, mixed());
    const before = await launched(bench);
    await onGroup(bench, "StartInstanceRefresh", { Preferences: { SkipMatching: "true" } });
    await bench.clock.advance(60);
    const { InstanceRefreshes } = await onGroup(bench, "DescribeInstanceRefreshes");
    expect(InstanceRefreshes).toMatchObject([{ Status: "Successful" }]);
    expect((await members(bench)).map(({ InstanceType }) => InstanceType)).toEqual(before);
  });
});
