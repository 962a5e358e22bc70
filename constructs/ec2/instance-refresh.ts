import type { AutoscalingGroupInstanceRefresh } from "@cdktf/provider-aws/lib/autoscaling-group";

/**
 * How Terraform replaces a group's instances after an apply has changed the launch template. Settings that are left out have
 * EC2 Auto Scaling's defaults. Source: EC2 Auto Scaling API reference, RefreshPreferences.
 */
export interface InstanceRefreshOptions {
  /** Minimum percentage of the desired capacity that must be in service and healthy. @default 90 */
  readonly minHealthyPercentage?: number;
  /** Maximum percentage of the desired capacity that may run at the same time; requires `minHealthyPercentage`. @default 100 */
  readonly maxHealthyPercentage?: number;
  /** Seconds after an instance enters service until it counts as ready. @default - the health check's grace period */
  readonly instanceWarmupSeconds?: number;
  /** Where the replacement pauses. @default - nowhere */
  readonly checkpoints?: { readonly percentages: readonly number[]; readonly delaySeconds?: number };
  /** Names of CloudWatch alarms. The refresh fails when one of them enters the ALARM state. @default - none */
  readonly alarms?: readonly string[];
  /** What happens to instances that are protected from scale in. @default "wait" */
  readonly protectedInstances?: "wait" | "replace" | "ignore";
  /** What happens to instances in standby. @default "wait" */
  readonly standbyInstances?: "wait" | "terminate" | "ignore";
  /**
   * Whether a failed refresh rolls back to the previous configuration. EC2 Auto Scaling SUPPORTS THIS ONLY IF THE TEMPLATE
   * NAMES AN IMAGE ID AND THE GROUP NAMES A VERSION OF THE TEMPLATE BY ITS NUMBER. @default false
   */
  readonly autoRollback?: boolean;
}

const PROTECTED = { wait: "Wait", replace: "Refresh", ignore: "Ignore" } as const;
const STANDBY = { wait: "Wait", terminate: "Terminate", ignore: "Ignore" } as const;

/** The block in the form of Terraform's AWS provider. */
export function terraformRefresh(options: InstanceRefreshOptions): AutoscalingGroupInstanceRefresh {
  const { checkpoints, alarms, protectedInstances, standbyInstances, instanceWarmupSeconds } = options;
  const { minHealthyPercentage, maxHealthyPercentage, autoRollback } = options;
  return {
    strategy: "Rolling",
    preferences: {
      ...(minHealthyPercentage === undefined ? {} : { minHealthyPercentage }),
      ...(maxHealthyPercentage === undefined ? {} : { maxHealthyPercentage }),
      ...(instanceWarmupSeconds === undefined ? {} : { instanceWarmup: String(instanceWarmupSeconds) }),
      ...(checkpoints === undefined ? {} : { checkpointPercentages: [...checkpoints.percentages] }),
      ...(checkpoints?.delaySeconds === undefined
        ? {}
        : { checkpointDelay: String(checkpoints.delaySeconds) }),
      ...(alarms === undefined ? {} : { alarmSpecification: { alarms: [...alarms] } }),
      ...(protectedInstances === undefined
        ? {}
        : { scaleInProtectedInstances: PROTECTED[protectedInstances] }),
      ...(standbyInstances === undefined ? {} : { standbyInstances: STANDBY[standbyInstances] }),
      ...(autoRollback === undefined ? {} : { autoRollback }),
    },
  };
}
