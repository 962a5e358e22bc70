import type { LaunchTemplateInstanceRequirements } from "@cdktf/provider-aws/lib/launch-template";

/** An inclusive range. @default max - no upper limit */
export interface NumberRange {
  /** The least that is taken. */
  readonly min: number;
  /** The most that is taken. */
  readonly max?: number;
}

/** Whether instance types of a kind are among those that may be chosen, or the only ones. */
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
  /** Only these; patterns such as `m7i.*` as well. Not together with `excludedInstanceTypes`. @default - all types */
  readonly allowedInstanceTypes?: readonly string[];
  /** Instance types that are left out, also by pattern: `m5.*`. @default - none */
  readonly excludedInstanceTypes?: readonly string[];
  /** `intel`, `amd`, `amazon-web-services`, `apple`. @default - any */
  readonly cpuManufacturers?: readonly string[];
  /** Which generations of instance types are taken. @default - current and previous generations */
  readonly instanceGenerations?: readonly ("current" | "previous")[];
  /** Whether instance types with burstable performance are taken. @default "excluded" */
  readonly burstablePerformance?: Inclusion;
  /** Whether bare metal instance types are taken. @default "excluded" */
  readonly bareMetal?: Inclusion;
  /** Whether instance types with instance store volumes are taken. @default "included" */
  readonly localStorage?: Inclusion;
}

/** The requirements as Terraform's AWS provider writes them. */
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
