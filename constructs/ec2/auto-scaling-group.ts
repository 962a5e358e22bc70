import { AutoscalingGroup, type AutoscalingGroupConfig } from "@cdktf/provider-aws/lib/autoscaling-group";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { checkRange, checkText, propError, type Range } from "../props";
import type { ILaunchTemplate } from "./launch-template";
import { terraformRefresh, type InstanceRefreshOptions } from "./instance-refresh";

/** Source: EC2 Auto Scaling API reference, CreateAutoScalingGroup: sizes are not negative. */
const SIZE: Range = { min: 0, unit: "instances" };

/** The health checks of instances. Source: EC2 Auto Scaling user guide, "Health checks". */
export interface GroupHealthCheck {
  /** `ELB`: the health checks of the target groups in addition to EC2's. */
  readonly type: "EC2" | "ELB";
  /** Seconds after an instance enters service during which a failing check does not count. @default 300 */
  readonly gracePeriodSeconds?: number;
}

export interface AutoScalingGroupProps {
  /** Name of the group, unique in the account and Region. */
  readonly autoScalingGroupName: string;
  /** The group launches from the template's newest version. Running instances are replaced only if `instanceRefresh` is given. */
  readonly launchTemplate: ILaunchTemplate;
  /** The minimum number of instances. */
  readonly minSize: number;
  /** The maximum number of instances. Between `minSize` and `maxSize`, scaling policies decide, not Terraform. */
  readonly maxSize: number;
  /** Number of instances, set at every apply, WHICH OVERRIDES THE DECISIONS OF SCALING POLICIES. @default - scaling policies decide */
  readonly desiredCapacity?: number;
  /** ARNs of load balancer target groups in which instances are registered. @default - none */
  readonly targetGroupArns?: readonly string[];
  /** The health checks that decide whether an instance is replaced. @default - EC2's own status checks */
  readonly healthCheck?: GroupHealthCheck;
  /**
   * Replaces running instances after an apply has changed the launch template. A NEW VALUE OF A PARAMETER THAT THE TEMPLATE
   * NAMES IS NOT A CHANGE OF THE TEMPLATE. @default - running instances are kept
   */
  readonly instanceRefresh?: InstanceRefreshOptions;
  /** Subnets to launch into. Give either these or `availabilityZones`. @default - none */
  readonly subnetIds?: readonly string[];
  /** Availability Zones to launch into, in their default subnets; needs a default VPC. @default - none */
  readonly availabilityZones?: readonly string[];
  /**
   * How long an apply waits for `minSize` healthy instances, as a Go duration. This wait detects launches that fail because
   * they may not use the key. `0` does not wait: A GROUP THAT NEVER LAUNCHES AN INSTANCE THEN LOOKS DEPLOYED.
   * @default "10m"
   */
  readonly waitForCapacityTimeout?: string;
  /** Tags of the group and of the instances that it launches. @default - none */
  readonly instanceTags?: Readonly<Record<string, string>>;
  /** Resources that the first launch needs but the group does not refer to, such as a `ServiceLinkedRoleGrant`. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** Provider of the account and Region of the group. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * An Auto Scaling group with a launch template. It launches as the account's service-linked role for Auto Scaling, so the
 * policy of the volumes' key must allow that role.
 * Source: EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes.
 */
export class AutoScalingGroup extends Construct {
  /** Name of the group, unique in the account and Region. */
  readonly autoScalingGroupName: string;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: AutoScalingGroupProps) {
    super(scope, id);
    checkRange(this, "minSize", props.minSize, SIZE);
    checkRange(this, "maxSize", props.maxSize, { ...SIZE, min: props.minSize });
    checkRange(this, "desiredCapacity", props.desiredCapacity, {
      ...SIZE,
      min: props.minSize,
      max: props.maxSize,
    });
    checkText(
      this,
      "waitForCapacityTimeout",
      props.waitForCapacityTimeout ?? "10m",
      /^(0|(\d+[hms])+)$/,
      'a duration such as "10m", or "0"',
    );
    const subnetIds = props.subnetIds ?? [];
    const availabilityZones = props.availabilityZones ?? [];
    if (subnetIds.length > 0 === availabilityZones.length > 0) {
      throw propError(
        this,
        "the place to launch into",
        subnetIds.length > 0 ? "given twice" : "not given",
        "either subnetIds or availabilityZones",
      );
    }
    const group = new AutoscalingGroup(this, "Resource", {
      name: props.autoScalingGroupName,
      minSize: props.minSize,
      maxSize: props.maxSize,
      ...templateOf(props.launchTemplate),
      ...optionsOf(props),
      waitForCapacityTimeout: props.waitForCapacityTimeout ?? "10m",
      ...(subnetIds.length > 0
        ? { vpcZoneIdentifier: [...subnetIds] }
        : { availabilityZones: [...availabilityZones] }),
      ...(props.instanceTags === undefined
        ? {}
        : {
            tag: Object.entries(props.instanceTags).map(([key, value]) => ({
              key,
              value,
              propagateAtLaunch: true,
            })),
          }),
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    this.autoScalingGroupName = group.name;
  }
}

/** Instance requirements are supported only in a mixed instances policy. */
function templateOf({ launchTemplateId, latestVersion, choosesInstanceTypes }: ILaunchTemplate) {
  if (choosesInstanceTypes !== true)
    return { launchTemplate: { id: launchTemplateId, version: latestVersion } };
  return {
    mixedInstancesPolicy: {
      launchTemplate: { launchTemplateSpecification: { launchTemplateId, version: latestVersion } },
    },
  };
}

/** Props that are not given are not set, so that a group of an earlier version stays unchanged. */
function optionsOf(props: AutoScalingGroupProps): Partial<AutoscalingGroupConfig> {
  const { desiredCapacity, targetGroupArns, healthCheck, instanceRefresh, dependsOn } = props;
  return {
    ...(dependsOn === undefined ? {} : { dependsOn: [...dependsOn] }),
    ...(desiredCapacity === undefined ? {} : { desiredCapacity }),
    ...(targetGroupArns === undefined ? {} : { targetGroupArns: [...targetGroupArns] }),
    ...(healthCheck === undefined ? {} : { healthCheckType: healthCheck.type }),
    ...(healthCheck?.gracePeriodSeconds === undefined
      ? {}
      : { healthCheckGracePeriod: healthCheck.gracePeriodSeconds }),
    ...(instanceRefresh === undefined ? {} : { instanceRefresh: terraformRefresh(instanceRefresh) }),
  };
}
