/**
 * AWS's partitions and their Regions, as data. Keyferry does not support a Region that is missing here; AWS adds one or
 * two a year.
 */
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  aws: [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
  ],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
};

/**
 * Regions that every account has. All later ones of the partition `aws` are disabled until an account enables them.
 * Source: AWS Account Management reference guide, "Enable or disable AWS Regions in your account".
 */
const ENABLED_BY_DEFAULT: readonly string[] = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

/** No Region name is longer than this. */
const LONGEST = 32;

export const ALL_REGIONS: readonly string[] = Object.values(REGIONS).flat();

/** The Regions of a partition. */
export function regionsOf(partition: string): readonly string[] {
  return Object.hasOwn(REGIONS, partition) ? (REGIONS[partition] ?? []) : [];
}

export function isRegion(region: string): boolean {
  return ALL_REGIONS.includes(region);
}

/** The Regions whose names are most similar to a mistyped one. */
export function nearestRegions(region: string): readonly string[] {
  const letters = [...region.slice(0, LONGEST)];
  const score = (candidate: string) => letters.filter((letter, i) => candidate[i] === letter).length;
  return [...ALL_REGIONS].sort((a, b) => score(b) - score(a)).slice(0, 4);
}

/** Whether an account must enable a Region before it can be used. China and GovCloud have no such Regions. */
export function isOptInRegion(region: string): boolean {
  return partitionOf(region) === "aws" && !ENABLED_BY_DEFAULT.includes(region);
}

/** The partition that a Region belongs to. @default aws - for an unknown Region */
export function partitionOf(region: string): string {
  return PARTITIONS.get(region) ?? "aws";
}

const PARTITIONS: ReadonlyMap<string, string> = new Map(
  Object.entries(REGIONS).flatMap(([partition, regions]) => regions.map((region) => [region, partition])),
);

/**
 * The `kms:ViaService` value of a service in a Region. The suffix is the same in all partitions.
 * Source: KMS developer guide, "kms:ViaService".
 */
export function viaService(service: string, region: string): string {
  return `${service}.${region}.amazonaws.com`;
}
