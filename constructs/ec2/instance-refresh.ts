import type { AutoscalingGroupInstanceRefresh } from "@cdktf/provider-aws/lib/autoscaling-group";

/**
 * How Terraform replaces a group's instances after an apply has changed the launch template. What is left out is EC2 Auto
 * Scaling's own. Source: EC2 Auto Scaling API reference, RefreshPreferences.
 */
export interface InstanceRefreshOptions {
  /** Percent of the desired capacity that stays in service and healthy. @default 90 */
  readonly minHealthyPercentage?: number;
  /** Percent that may run at the same time; not without `minHealthyPercentage`. @default 100 */
  readonly maxHealthyPercentage?: number;
  /** Seconds from when an instance is in service to when it counts. @default - the health check's grace period */
  readonly instanceWarmupSeconds?: number;
  /** Where the replacement pauses. @default - nowhere */
  readonly checkpoints?: { readonly percentages: readonly number[]; readonly delaySeconds?: number };
  /** Names of CloudWatch alarms; one that goes into ALARM fails the refresh. @default - none */
  readonly alarms?: readonly string[];
  /** What becomes of instances that are protected from scale in. @default "wait" */
  readonly protectedInstances?: "wait" | "replace" | "ignore";
  /** What becomes of instances in standby. @default "wait" */
  readonly standbyInstances?: "wait" | "terminate" | "ignore";
  /**
   * Whether a refresh that fails goes back to what the group launched before. EC2 Auto Scaling CAN DO SO ONLY WHERE THE
   * TEMPLATE NAMES AN IMAGE ID AND THE GROUP A VERSION BY ITS NUMBER. @default false
   */
  readonly autoRollback?: boolean;
}

const PROTECTED = { wait: "Wait", replace: "Refresh", ignore: "Ignore" } as const;
const STANDBY = { wait: "Wait", terminate: "Terminate", ignore: "Ignore" } as const;

/** The block of Terraform's AWS provider. */
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
