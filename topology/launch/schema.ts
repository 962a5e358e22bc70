import { z } from "zod";

/** Shape of `launch` of a destination; meaning is checked in `check.ts`. */

const whole = (min: number, max?: number) =>
  max === undefined ? z.int().min(min) : z.int().min(min).max(max);

/** Seconds; source of the limit: EC2 Auto Scaling API reference, RefreshPreferences (48 hours). */
const refreshSeconds = whole(0, 172_800);

const range = z.strictObject({
  /** The least. */
  min: whole(0),
  /** The most. @default - no limit */
  max: whole(0).optional(),
});

const instanceTypePattern = z
  .string()
  .regex(/^[a-z0-9*-]+(\.[a-z0-9*-]+)?$/, "an instance type, or a pattern such as m7i.* or m*");

const inclusion = z.enum(["included", "excluded", "required"]);

/**
 * Attribute-based instance type selection. Source: EC2 API reference, InstanceRequirementsRequest; every attribute that is
 * left out has EC2's default.
 */
const instanceRequirements = z.strictObject({
  /** Virtual CPUs of an instance. */
  vCpus: range,
  /** Memory of an instance, in MiB. */
  memoryMiB: range,
  /** Only these types: `m7i.*`. Not together with `excludedInstanceTypes`. @default - all types */
  allowedInstanceTypes: z.array(instanceTypePattern).min(1, "at least one instance type").max(400).optional(),
  /** All types but these. @default - none is excluded */
  excludedInstanceTypes: z
    .array(instanceTypePattern)
    .min(1, "at least one instance type")
    .max(400)
    .optional(),
  /** Who makes the processor. @default - any manufacturer */
  cpuManufacturers: z.array(z.enum(["intel", "amd", "amazon-web-services", "apple"])).optional(),
  /** Whether AWS recommends the types for today's use. @default - current and previous generations */
  instanceGenerations: z.array(z.enum(["current", "previous"])).optional(),
  /** Types such as t3. @default "excluded" */
  burstablePerformance: inclusion.optional(),
  /** Types without a hypervisor. @default "excluded" */
  bareMetal: inclusion.optional(),
  /** Types with instance store volumes. @default "included" */
  localStorage: inclusion.optional(),
});

/** Source: EC2 API reference, EbsBlockDevice. */
const volume = z.strictObject({
  /** The EBS volume type. @default - the image's */
  type: z.enum(["standard", "gp2", "gp3", "io1", "io2", "st1", "sc1"]).optional(),
  /** Never smaller than the image's snapshot. @default - the image's */
  sizeGiB: whole(1, 65_536).optional(),
  /** For io1, io2 and gp3. @default - the image's, or EC2's for the type */
  iops: whole(100, 256_000).optional(),
  /** MiB/s, for gp3. @default - the image's, or 125 */
  throughput: whole(125, 2000).optional(),
  /** Whether the volume goes with its instance. @default - as the image says */
  deleteOnTermination: z.boolean().optional(),
});

const metadata = z.strictObject({
  /** `required`: only IMDSv2 is answered. @default "required" */
  httpTokens: z.enum(["required", "optional"]).optional(),
  /** Network hops that an answer may take; containers on the instance need 2. @default - EC2's, which is the image's or 1 */
  hopLimit: whole(1, 64).optional(),
  /** Whether the instance's tags can be read from its metadata. @default false */
  instanceTags: z.boolean().optional(),
});

/**
 * How the group's instances are replaced after a new image was published. Every number that is left out is EC2 Auto
 * Scaling's own. Source: EC2 Auto Scaling API reference, RefreshPreferences.
 */
const refresh = z.strictObject({
  /** Part of the desired capacity that stays in service and healthy, in percent. @default 90 */
  minHealthyPercentage: whole(0, 100).optional(),
  /**
   * Part of the desired capacity that may run at the same time, in percent; above 100 new instances are launched before old
   * ones are terminated, which a group of one instance needs to stay in service. @default 100
   */
  maxHealthyPercentage: whole(100, 200).optional(),
  /** Seconds from when an instance is in service to when it counts. @default - the health check's grace period */
  instanceWarmupSeconds: refreshSeconds.optional(),
  /** Where the replacement pauses, so that somebody can look. @default - nowhere */
  checkpoints: z
    .strictObject({
      /** Percent of the instances that are replaced, ascending; the last must be 100, or the others stay as they are. */
      percentages: z.array(whole(1, 100)).min(1, "at least one percentage"),
      /** Seconds that each pause takes. @default 3600 */
      delaySeconds: refreshSeconds.optional(),
    })
    .optional(),
  /** Seconds that the replaced group must stay healthy before the refresh counts as successful. @default 0 */
  bakeSeconds: refreshSeconds.optional(),
  /** Names of CloudWatch alarms; one that goes into ALARM fails the refresh. @default - none */
  alarms: z.array(z.string().min(1, "the name of an alarm").max(255)).min(1).max(10).optional(),
  /** What becomes of instances that are protected from scale in: `wait` fails after an hour. @default "wait" */
  protectedInstances: z.enum(["wait", "replace", "ignore"]).optional(),
  /** What becomes of instances in standby: `wait` fails after an hour. @default "wait" */
  standbyInstances: z.enum(["wait", "terminate", "ignore"]).optional(),
});

export const launchSchema = z.strictObject({
  /** Give either this or `instanceRequirements`. */
  instanceType: z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an instance type such as m7i.large")
    .optional(),
  /** The least number of instances. @default 1 */
  minSize: z.int().min(0).optional(),
  /** The greatest number of instances. @default - the same as minSize */
  maxSize: z.int().min(0).optional(),
  /** Where the instances are launched, by ids. @default - the default VPC, in availabilityZones */
  subnetIds: z
    .array(z.string().regex(/^subnet-[0-9a-f]+$/, "a subnet id such as subnet-0123456789abcdef0"))
    .optional(),
  /** Zones of the default VPC: `eu-central-1a`. @default - the Region's zone "a" */
  availabilityZones: z.array(z.string()).optional(),
  /**
   * EC2 Auto Scaling chooses the instance types by what they have. It does not take an image parameter then, so the launch
   * template names the image that the parameter shows when the consumers are deployed: A NEW IMAGE REACHES THE GROUP BY A
   * DEPLOYMENT. Give either this or `instanceType`.
   */
  instanceRequirements: instanceRequirements.optional(),
  /** How many instances the group has. @default - scaling policies decide between minSize and maxSize, not Terraform */
  desiredCapacity: whole(0).optional(),
  /** By ids. @default - the VPC's default security group */
  securityGroupIds: z
    .array(z.string().regex(/^sg-[0-9a-f]+$/, "a security group id such as sg-0123456789abcdef0"))
    .min(1, "at least one security group")
    .optional(),
  /**
   * Name or ARN of the instance profile whose role the instances have. The deploy role needs iam:PassRole for that role.
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
   * What cloud-init runs at the first boot, as plain text; a file is read with
   * `readFileSync(path.join(__dirname, "user-data.sh"), "utf8")`. NEVER A SECRET: Terraform's state and the launch template
   * hold it, and whoever may describe either can read it. @default - none
   */
  userData: z.string().min(1, "a script or cloud-init's configuration").optional(),
  /** Name of an EC2 key pair, for SSH. @default - none */
  keyName: z.string().min(1, "the name of a key pair").max(255).optional(),
  /** Load balancer target groups in which the instances are registered. @default - none */
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
  /** By whom an instance is judged. @default - EC2's own status checks */
  healthCheck: z
    .strictObject({
      /** `ELB`: the target groups' health checks as well. */
      type: z.enum(["EC2", "ELB"]),
      /** Seconds after an instance is in service in which a failing check does not count. @default 300 */
      gracePeriodSeconds: whole(0).optional(),
    })
    .optional(),
  /** The instance metadata service. @default - only IMDSv2 is answered */
  metadata: metadata.optional(),
  /** Metrics every minute instead of every five. @default false */
  detailedMonitoring: z.boolean().optional(),
  /**
   * What the launch changes of the image's volumes, by device name: `"/dev/xvda": { sizeGiB: 100 }`. Never the key: a volume
   * is under the key of the copy's snapshot. @default - the image alone decides
   */
  volumes: z
    .record(
      z
        .string()
        .regex(/^(\/dev\/[a-z0-9/]+|xvd[a-z]{1,2})$/, "a device name of the image, such as /dev/xvda"),
      volume,
    )
    .optional(),
  /** Set on instances and volumes, besides the image's `tags`, over which these win. @default {} */
  tags: z
    .record(z.string().regex(/^.{1,128}$/s, "a tag key: 1 to 128 characters"), z.string().max(256))
    .optional(),
  /** Lets `keyferry rollout` replace the group's instances after a new image was published. @default - nothing replaces them */
  refresh: refresh.optional(),
});
