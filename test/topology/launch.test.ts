import { isKeyferryError, type ConfigurationError } from "../../core/errors";
import { resolveTopology, type TopologyInput } from "../../topology";
import { ACME } from "../_helpers/topologies";

type LaunchInput = NonNullable<NonNullable<TopologyInput["images"]>[string]["to"][number]["launch"]>;

function launching(launch: unknown): unknown {
  const copy = structuredClone(ACME) as any;
  copy.images.web.to[0].launch = launch;
  return copy;
}

const AT = "images.web.to[0].launch";

/** The problems of a launch, by the path below it. */
function problemsOf(launch: unknown): Readonly<Record<string, string>> {
  try {
    resolveTopology(launching(launch));
  } catch (error) {
    if (!isKeyferryError(error) || error.code !== "ConfigurationInvalid") throw error;
    const { problems } = error as ConfigurationError;
    return Object.fromEntries(
      problems.map(({ path, what, allowed = "", fix = "" }) => [
        path.slice(AT.length + 1),
        [what, allowed, fix].filter((part) => part !== "").join("; "),
      ]),
    );
  }
  return {};
}

const EVERYTHING: LaunchInput = {
  instanceType: "m7i.large",
  minSize: 1,
  maxSize: 4,
  desiredCapacity: 2,
  subnetIds: ["subnet-0a", "subnet-0b"],
  securityGroupIds: ["sg-0a"],
  instanceProfile: "arn:aws:iam::222222222222:instance-profile/web",
  userData: "#!/bin/sh\necho ready\n",
  keyName: "ops",
  targetGroupArns: [
    "arn:aws:elasticloadbalancing:eu-central-1:222222222222:targetgroup/web/0123456789abcdef",
  ],
  healthCheck: { type: "ELB", gracePeriodSeconds: 120 },
  metadata: { hopLimit: 2 },
  detailedMonitoring: true,
  volumes: { "/dev/xvda": { type: "gp3", sizeGiB: 100, iops: 4000, throughput: 250 } },
  tags: { role: "web" },
  refresh: { minHealthyPercentage: 100, maxHealthyPercentage: 110, checkpoints: { percentages: [20, 100] } },
};

test("a launch with all settings is valid, and is returned unchanged", () => {
  expect(problemsOf(EVERYTHING)).toEqual({});
  const launch = resolveTopology(launching(EVERYTHING)).rules[0]?.to[0]?.launch;
  expect(launch).toEqual({ ...EVERYTHING, availabilityZones: [] });
});

test("a launch from an earlier version keeps its meaning", () => {
  expect(resolveTopology(ACME).rules[0]?.to[0]?.launch).toEqual({
    instanceType: "t3.micro",
    minSize: 1,
    maxSize: 1,
    subnetIds: [],
    availabilityZones: ["eu-central-1a"],
  });
});

test.each<[string, Partial<Record<keyof LaunchInput, unknown>>, string, RegExp]>([
  ["no instance type", { instanceType: undefined }, "", /does not name an instance type.*exactly one of/],
  [
    "an instance type and requirements",
    { instanceRequirements: { vCpus: { min: 2 }, memoryMiB: { min: 4096 } } },
    "",
    /twice/,
  ],
  ["a capacity outside of its bounds", { desiredCapacity: 5 }, "desiredCapacity", /5 is not between.*1 to 4/],
  ["a group smaller than its minimum", { minSize: 5 }, "maxSize", /maxSize 4 is below minSize 5/],
  ["a security group by name", { securityGroupIds: ["web"] }, "securityGroupIds[0]", /a security group id/],
  ["user data that is too long", { userData: "x".repeat(16_385) }, "userData", /16385 bytes; at most 16384/],
  [
    "a private key in user data",
    { userData: "-----BEGIN RSA PRIVATE KEY-----" },
    "userData",
    /a private key.*instance profile/,
  ],
  [
    "an access key in user data",
    { userData: "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE" },
    "userData",
    /an AWS access key/,
  ],
  [
    "a health check of load balancers without target groups",
    { targetGroupArns: undefined },
    "healthCheck.type",
    /there are none.*set images\.web/,
  ],
  ["a target group by name", { targetGroupArns: ["web"] }, "targetGroupArns[0]", /the ARN of a target group/],
  [
    "IOPS of a volume that takes none",
    { volumes: { "/dev/xvda": { type: "gp2", iops: 100 } } },
    "volumes./dev/xvda.iops",
    /gp2 does not support IOPS/,
  ],
  [
    "a key for a volume",
    { volumes: { "/dev/xvda": { kmsKeyId: "k" } } },
    "volumes./dev/xvda.kmsKeyId",
    /no such/,
  ],
  ["a reserved tag", { tags: { "keyferry:node": "x" } }, "tags.keyferry:node", /reserved/],
  [
    "a maximum health percentage without a minimum",
    { refresh: { maxHealthyPercentage: 110 } },
    "refresh.maxHealthyPercentage",
    /only with minHealthyPercentage/,
  ],
  [
    "health percentages that are too far apart",
    { refresh: { minHealthyPercentage: 50, maxHealthyPercentage: 200 } },
    "refresh.maxHealthyPercentage",
    /at most 150/,
  ],
  [
    "checkpoints that do not ascend",
    { refresh: { checkpoints: { percentages: [50, 20] } } },
    "refresh.checkpoints.percentages",
    /not in ascending order/,
  ],
])("%s is reported at its path", (_mistake, change, path, expected) => {
  expect(problemsOf({ ...EVERYTHING, ...change })[path]).toMatch(expected);
});

test("all problems of a launch are in one report", () => {
  const problems = problemsOf({
    minSize: -1,
    keyName: "",
    refresh: { bakeSeconds: -1 },
    volumes: { sda: {} },
  });
  expect(Object.keys(problems).sort()).toEqual([
    "",
    "keyName",
    "minSize",
    "refresh.bakeSeconds",
    "volumes.sda",
  ]);
});
