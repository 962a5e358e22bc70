import type { LaunchTemplateInstanceRequirements } from "@cdktf/provider-aws/lib/launch-template";

/** An inclusive range. @default max - no upper limit */
export interface NumberRange {
  /** The minimum. */
  readonly min: number;
  /** The maximum. */
  readonly max?: number;
}

/** Whether instance types with a property are included, excluded, or the only ones that may be chosen. */
export type Inclusion = "included" | "excluded" | "required";

/**
 * Attribute-based instance type selection: which types EC2 Auto Scaling may choose.
 * Source: EC2 API reference, InstanceRequirementsRequest.
 */
export interface InstanceRequirements {
  /** Number of vCPUs. */
  readonly vCpus: NumberRange;
  /** Memory, in MiB. */
  readonly memoryMiB: NumberRange;
  /** Only these instance types, by name or pattern, such as `m7i.*`. Cannot be used together with `excludedInstanceTypes`. @default - all types */
  readonly allowedInstanceTypes?: readonly string[];
  /** Instance types to exclude, by name or pattern, such as `m5.*`. @default - none */
  readonly excludedInstanceTypes?: readonly string[];
  /** Manufacturers of the processor: `intel`, `amd`, `amazon-web-services`, `apple`. @default - any */
  readonly cpuManufacturers?: readonly string[];
  /** Generations of instance types that may be chosen. @default - current and previous generations */
  readonly instanceGenerations?: readonly ("current" | "previous")[];
  /** Whether instance types with burstable performance may be chosen. @default "excluded" */
  readonly burstablePerformance?: Inclusion;
  /** Whether bare metal instance types may be chosen. @default "excluded" */
  readonly bareMetal?: Inclusion;
  /** Whether instance types with instance store volumes may be chosen. @default "included" */
  readonly localStorage?: Inclusion;
}

/** The requirements in the form of Terraform's AWS provider. */
export function terraformRequirements(
  requirements: InstanceRequirements,
): LaunchTemplateInstanceRequirements {
  const { vCpus, memoryMiB, ...rest } = requirements;
  const { allowedInstanceTypes, excludedInstanceTypes, cpuManufacturers, instanceGenerations, ...kinds } =
    rest;
  const lists = { allowedInstanceTypes, excludedInstanceTypes, cpuManufacturers, instanceGenerations };
  return {
    vcpuCount: { ...vCpus },
    memoryMib: { ...memoryMiB },
    ...Object.fromEntries(
      Object.entries(lists).flatMap(([name, list]) => (list === undefined ? [] : [[name, [...list]]])),
    ),
    ...kinds,
  };
}
