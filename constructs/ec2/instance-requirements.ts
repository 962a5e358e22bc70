import type { LaunchTemplateInstanceRequirements } from "@cdktf/provider-aws/lib/launch-template";

/** An inclusive range. @default max - no upper limit */
export interface NumberRange {
  readonly min: number;
  readonly max?: number;
}

/** Whether instance types of a kind are among those that may be chosen, or the only ones. */
export type Inclusion = "included" | "excluded" | "required";

/**
 * Attribute-based instance type selection: which types EC2 Auto Scaling may choose.
 * Source: EC2 API reference, InstanceRequirementsRequest.
 */
export interface InstanceRequirements {
  readonly vCpus: NumberRange;
  readonly memoryMiB: NumberRange;
  /** Only these; patterns such as `m7i.*` as well. Not together with `excludedInstanceTypes`. @default - all types */
  readonly allowedInstanceTypes?: readonly string[];
  /** @default - none */
  readonly excludedInstanceTypes?: readonly string[];
  /** `intel`, `amd`, `amazon-web-services`, `apple`. @default - any */
  readonly cpuManufacturers?: readonly string[];
  /** @default - current and previous generations */
  readonly instanceGenerations?: readonly ("current" | "previous")[];
  /** @default "excluded" */
  readonly burstablePerformance?: Inclusion;
  /** @default "excluded" */
  readonly bareMetal?: Inclusion;
  /** @default "included" */
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
