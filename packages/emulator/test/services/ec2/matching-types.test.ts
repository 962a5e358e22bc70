import type { JsonObject } from "../../../contract";
import { createBench, IRELAND, SRC, type Bench } from "./lib/bench";

const type = (instanceType: string, vCpus: number, mebibytes: number, more: JsonObject = {}): JsonObject => ({
  instanceType,
  currentGeneration: "true",
  processorInfo: { supportedArchitectures: ["x86_64"], manufacturer: "Intel" },
  supportedVirtualizationTypes: ["hvm"],
  vCpuInfo: { defaultVCpus: String(vCpus) },
  memoryInfo: { sizeInMiB: String(mebibytes) },
  ...more,
});
const ARM = { processorInfo: { supportedArchitectures: ["arm64"], manufacturer: "AWS" } };
const TYPES = [
  type("c7i.large", 2, 4096),
  type("m7i.large", 2, 8192),
  type("m7i.xlarge", 4, 16384),
  type("t3.large", 2, 8192, { burstablePerformanceSupported: "true" }),
  type("m7i.metal", 4, 16384, { bareMetal: "true" }),
  type("m3.large", 2, 8192, { currentGeneration: "false", instanceStorageSupported: "true" }),
  type("m7g.large", 2, 8192, ARM),
];

let bench: Bench;
beforeEach(() => {
  bench = createBench();
  bench.instanceTypes.push(...TYPES);
});

const ASKED = { ArchitectureType: ["x86_64"], VirtualizationType: ["hvm"] };
const REQUIRED = { VCpuCount: { Min: "2", Max: "4" }, MemoryMiB: { Min: "8192" } };
const OPERATION = "GetInstanceTypesFromInstanceRequirements";

async function names(requirements: JsonObject, more: JsonObject = {}): Promise<readonly unknown[]> {
  const input = { ...ASKED, ...more, InstanceRequirements: { ...REQUIRED, ...requirements } };
  const { instanceTypeSet } = await bench.call(SRC, IRELAND, OPERATION, input);
  return (instanceTypeSet as readonly JsonObject[]).map(({ instanceType }) => instanceType);
}

/** The types without burstable and bare metal ones, which are excluded by default. */
const DEFAULT = ["m3.large", "m7i.large", "m7i.xlarge"];

it.each<[string, JsonObject, readonly string[]]>([
  ["vCPUs and memory within their bounds", {}, DEFAULT],
  ["a maximum of memory", { MemoryMiB: { Min: "8192", Max: "8192" } }, ["m3.large", "m7i.large"]],
  ["burstable ones where they are included", { BurstablePerformance: "included" }, [...DEFAULT, "t3.large"]],
  ["burstable ones alone where they are required", { BurstablePerformance: "required" }, ["t3.large"]],
  [
    "bare metal where it is included",
    { BareMetal: "included" },
    ["m3.large", "m7i.large", "m7i.metal", "m7i.xlarge"],
  ],
  ["no local storage where it is excluded", { LocalStorage: "excluded" }, ["m7i.large", "m7i.xlarge"]],
  ["the generation", { InstanceGeneration: ["current"] }, ["m7i.large", "m7i.xlarge"]],
  ["allowed types by pattern", { AllowedInstanceType: ["m7*.large"] }, ["m7i.large"]],
  ["excluded types by pattern", { ExcludedInstanceType: ["m7i.*"] }, ["m3.large"]],
  ["the manufacturer of the processor", { CpuManufacturer: ["amd"] }, []],
])("types that meet requirements are selected by %s", async (_by, requirements, expected) => {
  expect(await names(requirements)).toEqual(expected);
});

it("types of another architecture or virtualization are not returned", async () => {
  expect(await names({}, { ArchitectureType: ["arm64"] })).toEqual(["m7g.large"]);
  expect(await names({}, { VirtualizationType: ["paravirtual"] })).toEqual([]);
});

it.each<[string, JsonObject, string]>([
  [
    "without architectures",
    { ArchitectureType: undefined, InstanceRequirements: REQUIRED },
    "MissingParameter",
  ],
  [
    "without virtualization types",
    { VirtualizationType: undefined, InstanceRequirements: REQUIRED },
    "MissingParameter",
  ],
  ["without a minimum of memory", { InstanceRequirements: { VCpuCount: { Min: "1" } } }, "MissingParameter"],
  [
    "with an attribute that has no effect here",
    { InstanceRequirements: { ...REQUIRED, NetworkBandwidthGbps: { Min: "1" } } },
    "UnsupportedOperation",
  ],
])("a request %s is refused", async (_what, input, code) => {
  expect(await bench.refusal(SRC, IRELAND, OPERATION, { ...ASKED, ...input })).toContain(code);
});
