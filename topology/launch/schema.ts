import { z } from "zod";

/** The shape of a destination's `launch`. `check.ts` checks its meaning. */

const whole = (min: number, max?: number) =>
  max === undefined ? z.int().min(min) : z.int().min(min).max(max);

/** Seconds; source of the limit: EC2 Auto Scaling API reference, RefreshPreferences (48 hours). */
const refreshSeconds = whole(0, 172_800);

const range = z.strictObject({
  /** The minimum. */
  min: whole(0),
  /** The maximum. @default - no limit */
  max: whole(0).optional(),
});

const instanceTypePattern = z
  .string()
  .regex(/^[a-z0-9*-]+(\.[a-z0-9*-]+)?$/, "an instance type, or a pattern such as m7i.* or m*");

const inclusion = z.enum(["included", "excluded", "required"]);

/**
 * Attribute-based instance type selection. Every attribute that is left out has EC2's default. Source: EC2 API reference,
 * InstanceRequirementsRequest.
 */
const instanceRequirements = z.strictObject({
  /** Virtual CPUs of an instance. */
  vCpus: range,
  /** Memory of an instance, in MiB. */
  memoryMiB: range,
  /** Only these instance types: `m7i.*`. Cannot be used together with `excludedInstanceTypes`. @default - all types */
  allowedInstanceTypes: z.array(instanceTypePattern).min(1, "at least one instance type").max(400).optional(),
  /** All instance types except these. @default - none are excluded */
  excludedInstanceTypes: z
    .array(instanceTypePattern)
    .min(1, "at least one instance type")
    .max(400)
    .optional(),
  /** Manufacturers of the processor. @default - any manufacturer */
  cpuManufacturers: z.array(z.enum(["intel", "amd", "amazon-web-services", "apple"])).optional(),
  /** Generations of instance types; AWS recommends `current` for use today. @default - current and previous generations */
  instanceGenerations: z.array(z.enum(["current", "previous"])).optional(),
  /** Burstable performance types, such as t3. @default "excluded" */
  burstablePerformance: inclusion.optional(),
  /** Bare metal types. @default "excluded" */
  bareMetal: inclusion.optional(),
  /** Types with instance store volumes. @default "included" */
  localStorage: inclusion.optional(),
});

/** Source: EC2 API reference, EbsBlockDevice. */
const volume = z.strictObject({
  /** The EBS volume type. @default - the image's */
  type: z.enum(["standard", "gp2", "gp3", "io1", "io2", "st1", "sc1"]).optional(),
  /** Size of the volume; it cannot be smaller than the image's snapshot. @default - the image's */
  sizeGiB: whole(1, 65_536).optional(),
  /** Only for io1, io2 and gp3. @default - the image's, or EC2's default for the type */
  iops: whole(100, 256_000).optional(),
  /** MiB/s; only for gp3. @default - the image's, or 125 */
  throughput: whole(125, 2000).optional(),
  /** Whether the volume is deleted when its instance is terminated. @default - the image's setting */
  deleteOnTermination: z.boolean().optional(),
});

const metadata = z.strictObject({
  /** `required`: only IMDSv2 can be used. @default "required" */
  httpTokens: z.enum(["required", "optional"]).optional(),
  /** Network hops that a response may take; containers on the instance need 2. @default - EC2's, which is the image's or 1 */
  hopLimit: whole(1, 64).optional(),
  /** Whether the instance's tags can be read from its metadata. @default false */
  instanceTags: z.boolean().optional(),
});

/**
 * How the group's instances are replaced after a new image has been published. Every number that is left out has EC2 Auto
 * Scaling's default. Source: EC2 Auto Scaling API reference, RefreshPreferences.
 */
const refresh = z.strictObject({
  /** Minimum percentage of the desired capacity that must be in service and healthy. @default 90 */
  minHealthyPercentage: whole(0, 100).optional(),
  /**
   * Maximum percentage of the desired capacity that may run at the same time. Above 100, new instances are launched before old
   * ones are terminated; a group of one instance needs this to stay in service. @default 100
   */
  maxHealthyPercentage: whole(100, 200).optional(),
  /** Seconds after an instance enters service until it counts as ready. @default - the health check's grace period */
  instanceWarmupSeconds: refreshSeconds.optional(),
  /** Where the replacement pauses, so that you can check the new instances. @default - nowhere */
  checkpoints: z
    .strictObject({
      /** Percentages of replaced instances at which to pause, ascending. If the last is not 100, the other instances are not replaced. */
      percentages: z.array(whole(1, 100)).min(1, "at least one percentage"),
      /** Length of each pause in seconds. @default 3600 */
      delaySeconds: refreshSeconds.optional(),
    })
    .optional(),
  /** Seconds that the replaced group must stay healthy before the refresh counts as successful. @default 0 */
  bakeSeconds: refreshSeconds.optional(),
  /** Names of CloudWatch alarms. The refresh fails when one of them enters the ALARM state. @default - none */
  alarms: z.array(z.string().min(1, "the name of an alarm").max(255)).min(1).max(10).optional(),
  /** What happens to instances that are protected from scale in. `wait` fails after an hour. @default "wait" */
  protectedInstances: z.enum(["wait", "replace", "ignore"]).optional(),
  /** What happens to instances in standby. `wait` fails after an hour. @default "wait" */
  standbyInstances: z.enum(["wait", "terminate", "ignore"]).optional(),
});

export const launchSchema = z.strictObject({
  /** Give either this or `instanceRequirements`. */
  instanceType: z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an instance type such as m7i.large")
    .optional(),
  /** The minimum number of instances. @default 1 */
  minSize: z.int().min(0).optional(),
  /** The maximum number of instances. @default - the same as minSize */
  maxSize: z.int().min(0).optional(),
  /** Ids of the subnets in which instances are launched. @default - the default VPC, in availabilityZones */
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, "a subnet id such as subnet-0123456789abcdef0"))
    .optional(),
  /** Availability Zones of the default VPC: `eu-central-1a`. @default - the Region's zone "a" */
  availabilityZones: z.array(z.string()).optional(),
  /**
   * EC2 Auto Scaling chooses the instance types by their attributes. It then does not support an image parameter, so the launch
   * template has the image id that the parameter has when the consumers are deployed: A NEW IMAGE REACHES THE GROUP ONLY WITH
   * THE NEXT DEPLOYMENT. Give either this or `instanceType`.
   */
  instanceRequirements: instanceRequirements.optional(),
  /** The number of instances in the group. @default - not set by Terraform; scaling policies decide between minSize and maxSize */
  desiredCapacity: whole(0).optional(),
  /** Ids of the instances' security groups. @default - the VPC's default security group */
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, "a security group id such as sg-0123456789abcdef0"))
    .min(1, "at least one security group")
    .optional(),
  /**
   * Name or ARN of the instance profile of the instances. The deploy role needs iam:PassRole for the profile's role.
   * @default - none
   */
  instanceProfile: z
    .string()
    .regex(
      /^([\w+=,.@-]{1,128}|arn:[a-z-]+:iam::\d{12}:instance-profile\/[\w+=,.@/-]+)$/,
      "the name or the ARN of an instance profile",
    )
    .optional(),
  /**
   * User data that cloud-init runs at the first boot, as plain text. To read it from a file, use
   * `readFileSync(path.join(__dirname, "user-data.sh"), "utf8")`. DO NOT PUT SECRETS HERE: the text is in Terraform's state and
   * in the launch template, and any principal that can read either of them can read it. @default - none
   */
  userData: z.string().min(1, "a script or cloud-init's configuration").optional(),
  /** Name of an EC2 key pair, for SSH. @default - none */
  keyName: z.string().min(1, "the name of a key pair").max(255).optional(),
  /** ARNs of the load balancer target groups in which the instances are registered. @default - none */
  targetGroupArns: z
    .array(
      z
        .string()
        .regex(
          /^arn:[a-z-]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[\w-]+\/[0-9a-f]+$/,
          "the ARN of a target group",
        ),
    )
    .min(1, "at least one target group")
    .optional(),
  /** The health checks that decide whether an instance is healthy. @default - EC2's own status checks */
  healthCheck: z
    .strictObject({
      /** `ELB`: also the health checks of the target groups. */
      type: z.enum(["EC2", "ELB"]),
      /** Seconds after an instance enters service during which a failing check does not count. @default 300 */
      gracePeriodSeconds: whole(0).optional(),
    })
    .optional(),
  /** The instance metadata service. @default - only IMDSv2 can be used */
  metadata: metadata.optional(),
  /** Whether metrics are sent every minute instead of every five minutes. @default false */
  detailedMonitoring: z.boolean().optional(),
  /**
   * Settings of the image's volumes to change at launch, by device name: `"/dev/xvda": { sizeGiB: 100 }`. The key cannot be
   * changed: a volume is under the key of the copy's snapshot. @default - the image's settings
   */
  volumes: z
    .record(
      z
        .string()
        .regex(/^(\/dev\/[a-z0-9/]+|xvd[a-z]{1,2})$/, "a device name of the image, such as /dev/xvda"),
      volume,
    )
    .optional(),
  /** Tags of instances and volumes, in addition to the rule's `tags`. On a conflict, these win. @default {} */
  tags: z
    .record(z.string().regex(/^.{1,128}$/s, "a tag key: 1 to 128 characters"), z.string().max(256))
    .optional(),
  /** Lets `keyferry rollout` replace the group's instances after a new image has been published. @default - they are not replaced */
  refresh: refresh.optional(),
});
