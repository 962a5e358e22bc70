import type { Problem } from "../../core/errors";
import type { LaunchInput } from "./launch";
import { type DeepPartial, isRecord } from "@keyferry/common";

type Raw = DeepPartial<LaunchInput>;

/** Source: EC2 API reference, RequestLaunchTemplateData.UserData: 16 KB before it is encoded. */
const USER_DATA_BYTES = 16 * 1024;

/** Secrets that must not be in user data. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
];

/**
 * Checks the meaning of `launch`; any part of it may be missing or have another shape.
 * @param path of the launch: `images.web.to[0].launch`
 */
export function checkLaunch(launch: unknown, path: string): readonly Problem[] {
  if (!isRecord(launch)) return [];
  const raw = launch as Raw;
  return [
    ...checkTypes(raw, path),
    ...checkSizes(raw, path),
    ...checkUserData(raw.userData, `${path}.userData`),
    ...checkHealthCheck(raw, path),
    ...checkVolumes(raw.volumes, `${path}.volumes`),
    ...checkRequirements(raw.instanceRequirements, `${path}.instanceRequirements`),
    ...checkRefresh(raw, `${path}.refresh`),
  ];
}

function checkTypes({ instanceType, instanceRequirements }: Raw, path: string): readonly Problem[] {
  if ((instanceType === undefined) !== (instanceRequirements === undefined)) return [];
  return [
    {
      path,
      what:
        instanceType === undefined
          ? "it does not name an instance type"
          : "it defines the instance type twice",
      allowed: "exactly one of instanceType and instanceRequirements",
    },
  ];
}

function checkSizes({ minSize = 1, maxSize, desiredCapacity }: Raw, path: string): readonly Problem[] {
  if (typeof minSize !== "number") return [];
  const max = maxSize ?? minSize;
  if (typeof max !== "number") return [];
  if (max < minSize) {
    const what = `maxSize ${max} is below minSize ${minSize}`;
    return [{ path: `${path}.maxSize`, what, allowed: `at least ${minSize}` }];
  }
  if (typeof desiredCapacity !== "number" || (desiredCapacity >= minSize && desiredCapacity <= max))
    return [];
  const what = `${desiredCapacity} is not between minSize ${minSize} and maxSize ${max}`;
  return [{ path: `${path}.desiredCapacity`, what, allowed: `${minSize} to ${max}` }];
}

function checkUserData(text: unknown, path: string): readonly Problem[] {
  if (typeof text !== "string") return [];
  const bytes = Buffer.byteLength(text);
  return [
    ...(bytes <= USER_DATA_BYTES
      ? []
      : [{ path, what: `it has ${bytes} bytes`, allowed: `at most ${USER_DATA_BYTES} bytes` }]),
    ...SECRETS.filter(([pattern]) => pattern.test(text)).map(([, what]) => ({
      path,
      what: `it contains ${what}, which would be visible in Terraform's state and in the launch template`,
      fix: "let the instance read the secret at boot, with the permissions of its instance profile",
    })),
  ];
}

function checkHealthCheck({ healthCheck, targetGroupArns }: Raw, path: string): readonly Problem[] {
  if (!isRecord(healthCheck) || healthCheck["type"] !== "ELB" || targetGroupArns !== undefined) return [];
  return [
    {
      path: `${path}.healthCheck.type`,
      what: "ELB uses the health checks of target groups, and there are none",
      fix: `set ${path}.targetGroupArns, or use EC2`,
    },
  ];
}

function checkVolumes(volumes: Raw["volumes"], path: string): readonly Problem[] {
  if (!isRecord(volumes)) return [];
  return Object.entries(volumes as Record<string, DeepPartial<NonNullable<LaunchInput["volumes"]>[string]>>)
    .filter(([, volume]) => isRecord(volume))
    .flatMap(([device, { type, iops, throughput }]) => [
      ...(typeof type !== "string" || iops === undefined || ["gp3", "io1", "io2"].includes(type)
        ? []
        : [
            {
              path: `${path}.${device}.iops`,
              what: `a volume of type ${type} does not support IOPS`,
              allowed: "type gp3, io1 or io2",
            },
          ]),
      ...(typeof type !== "string" || throughput === undefined || type === "gp3"
        ? []
        : [
            {
              path: `${path}.${device}.throughput`,
              what: `a volume of type ${type} does not support throughput`,
              allowed: "type gp3",
            },
          ]),
    ]);
}

function checkRequirements(requirements: Raw["instanceRequirements"], path: string): readonly Problem[] {
  if (!isRecord(requirements)) return [];
  const { vCpus, memoryMiB, allowedInstanceTypes, excludedInstanceTypes } = requirements as NonNullable<
    Raw["instanceRequirements"]
  >;
  const twice = allowedInstanceTypes !== undefined && excludedInstanceTypes !== undefined;
  return [
    ...Object.entries({ vCpus, memoryMiB }).flatMap(([name, range]) =>
      isRecord(range) &&
      typeof range["min"] === "number" &&
      typeof range["max"] === "number" &&
      range["max"] < range["min"]
        ? [{ path: `${path}.${name}.max`, what: `${range["max"]} is below min ${range["min"]}` }]
        : [],
    ),
    ...(twice
      ? [
          {
            path: `${path}.excludedInstanceTypes`,
            what: "EC2 does not support it together with allowedInstanceTypes",
            fix: "keep one of them",
          },
        ]
      : []),
  ];
}

function checkRefresh({ refresh, instanceRequirements }: Raw, path: string): readonly Problem[] {
  if (!isRecord(refresh)) return [];
  const {
    minHealthyPercentage: min,
    maxHealthyPercentage: max,
    checkpoints,
    bakeSeconds,
  } = refresh as NonNullable<Raw["refresh"]>;
  const percentages = isRecord(checkpoints)
    ? (checkpoints as { percentages?: unknown }).percentages
    : undefined;
  return [
    ...(max !== undefined && min === undefined
      ? [
          {
            path: `${path}.maxHealthyPercentage`,
            what: "EC2 Auto Scaling supports it only with minHealthyPercentage",
            fix: `set ${path}.minHealthyPercentage`,
          },
        ]
      : []),
    ...(typeof max === "number" && typeof min === "number" && max - min > 100
      ? [
          {
            path: `${path}.maxHealthyPercentage`,
            what: `${max} is more than 100 above minHealthyPercentage ${min}`,
            allowed: `at most ${min + 100}`,
          },
        ]
      : []),
    ...(Array.isArray(percentages) && !isAscending(percentages as readonly unknown[])
      ? [
          {
            path: `${path}.checkpoints.percentages`,
            what: "they are not in ascending order",
            allowed: "each higher than the previous one",
          },
        ]
      : []),
    ...(instanceRequirements !== undefined && bakeSeconds !== undefined
      ? [
          {
            path: `${path}.bakeSeconds`,
            what: "with instanceRequirements, Terraform starts the refresh, and its AWS provider does not support a bake time",
            fix: "leave it out",
          },
        ]
      : []),
  ];
}

/** Whether the numbers among the values ascend. */
function isAscending(values: readonly unknown[]): boolean {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}
