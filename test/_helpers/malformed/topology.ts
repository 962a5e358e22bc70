import type { TopologyInput } from "../../../topology";
import fc from "../fast-check";
import { ACME, BUCKETS, MUTUAL, SHARED, SNAPSHOTS } from "../topologies";
import { HOSTILE, HOSTILE_NAMES } from "./hostile-values";

/** Every setting that a topology can have, once. */
const EVERYTHING: TopologyInput = {
  name: "everything",
  operator: "builder",
  state: { bucket: "acme-state", region: "eu-west-1", account: "builder" },
  prices: {
    currency: "USD",
    transferPerGiB: { "eu-west-1": { "*": 0.02 } },
    snapshotPerGiBMonth: { "*": 0.05 },
    kmsPer10000Requests: 0.03,
  },
  accounts: {
    builder: { id: "111111111111", deployRole: false, profile: "builder", runnerRole: "runner" },
    prod: { id: "222222222222", deployRole: "deploy", externalId: "acme/1", ebsDefaults: true },
  },
  snapshots: {
    data: {
      from: {
        account: "prod",
        region: "eu-west-1",
        newest: { volumeId: "vol-0123456789abcdef0", tags: { app: "data" } },
        keys: ["alias/app"],
      },
      to: [{ account: "builder", regions: ["eu-west-1"], route: "copy-snapshot", keep: 2 }],
      sharedTransfers: "never",
      carryTags: false,
      tags: { team: "data" },
      publishTo: "/snapshots/data",
    },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app"] },
      to: [
        {
          account: "prod",
          regions: ["eu-central-1", "eu-west-1"],
          route: "copy-image",
          keep: 3,
          deregistrationProtection: "with-cooldown",
          launch: {
            instanceRequirements: {
              vCpus: { min: 2, max: 4 },
              memoryMiB: { min: 1024 },
              allowedInstanceTypes: ["m7i.*"],
              cpuManufacturers: ["intel"],
            },
            minSize: 1,
            maxSize: 3,
            desiredCapacity: 2,
            availabilityZones: ["eu-central-1a"],
            securityGroupIds: ["sg-0123456789abcdef0"],
            instanceProfile: "web",
            userData: "#!/bin/sh\n",
            keyName: "ops",
            targetGroupArns: [
              "arn:aws:elasticloadbalancing:eu-central-1:222222222222:targetgroup/web/0123456789abcdef",
            ],
            healthCheck: { type: "ELB", gracePeriodSeconds: 30 },
            metadata: { httpTokens: "required", hopLimit: 2, instanceTags: true },
            detailedMonitoring: true,
            volumes: { "/dev/xvda": { type: "gp3", sizeGiB: 100, iops: 3000, throughput: 125 } },
            tags: { role: "web" },
            refresh: {
              minHealthyPercentage: 90,
              maxHealthyPercentage: 110,
              checkpoints: { percentages: [50, 100], delaySeconds: 60 },
              alarms: ["web-errors"],
            },
          },
        },
      ],
      sharedTransfers: "always",
      carryTags: true,
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
    db: {
      from: { account: "prod", region: "eu-west-1", imageId: "ami-0123456789abcdef0" },
      to: [{ account: "builder", regions: ["eu-west-1"] }],
    },
  },
};

/** Valid topologies from which malformed ones are created. */
export const VALID: readonly TopologyInput[] = [ACME, MUTUAL, SHARED, SNAPSHOTS, BUCKETS, EVERYTHING];

type Step = string | number;

/** A change at one place in a topology. */
export interface Change {
  /** For the report of a failing test. */
  readonly name: string;
  apply(topology: unknown, path: readonly Step[]): unknown;
}

const replacements = Object.entries(HOSTILE).map(([name, make]): Change => ({
  name: `${name} instead`,
  apply: (topology, path) => replaced(topology, path, () => make()),
}));

const additions = Object.entries(HOSTILE).map(([name, make]): Change => ({
  name: `${name} next to it`,
  apply: (topology, path) => withAdded(topology, path, "added", make()),
}));

const renamings = HOSTILE_NAMES.map((name): Change => ({
  name: `under the name ${JSON.stringify(name.slice(0, 20))}`,
  apply: (topology, path) => withAdded(topology, path, name, valueAt(topology, path)),
}));

const others: readonly Change[] = [
  { name: "left out", apply: (topology, path) => without(topology, path) },
  { name: "within a list", apply: (topology, path) => replaced(topology, path, (value) => [value]) },
  { name: "within an object", apply: (topology, path) => replaced(topology, path, (value) => ({ value })) },
  { name: "as text", apply: (topology, path) => replaced(topology, path, asText) },
  { name: "twice", apply: (topology, path) => replaced(topology, path, (value) => [value, value]) },
  { name: "the whole of it", apply: (topology, path) => replaced(topology, path, () => topology) },
  {
    name: "from a getter that throws",
    apply: (topology, path) => {
      const holder = valueAt(topology, path.slice(0, -1));
      const get = () => {
        throw new Error("cannot be read");
      };
      Object.defineProperty(holder, path.at(-1) ?? "", { get, enumerable: true, configurable: true });
      return topology;
    },
  },
];

export const CHANGES: readonly Change[] = [...replacements, ...additions, ...renamings, ...others];

/** A topology with one to three changes at random places, and what was changed. */
export const malformedTopology: fc.Arbitrary<{
  readonly topology: unknown;
  readonly changes: readonly string[];
}> = fc
  .record({
    of: fc.nat(VALID.length - 1),
    edits: fc.array(fc.record({ at: fc.nat(), change: fc.nat(CHANGES.length - 1) }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ of, edits }) => {
    let topology: unknown = structuredClone(VALID[of]);
    const changes: string[] = [];
    // The places of the valid topology, so that a later change does not read values that an earlier one added.
    const places = placesIn(topology);
    for (const { at, change } of edits) {
      const place = places[at % places.length] ?? [];
      const edit = CHANGES[change] as Change;
      if (!isThere(topology, place) || !isHolder(topology)) continue;
      changes.push(`${place.join(".") || "(top level)"}: ${edit.name}`);
      topology = edit.apply(topology, place);
    }
    return { topology, changes };
  });

/** An earlier change may have added a value without a text. */
function asText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "[object Object]";
  }
}

function placesIn(value: unknown, path: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys: Step[] = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...keys.flatMap((key) => placesIn((value as Record<Step, unknown>)[key], [...path, key]))];
}

/** Whether every value along the path is still a plain one: a change may have added any value. */
function isThere(topology: unknown, path: readonly Step[]): boolean {
  let value = topology;
  for (const step of path) {
    if (typeof value !== "object" || value === null || isExotic(value)) return false;
    const property = Object.getOwnPropertyDescriptor(value, step);
    if (property === undefined || !("value" in property)) return false;
    value = property.value as unknown;
  }
  return true;
}

/** Whether values can still be added to it. */
function isHolder(topology: unknown): boolean {
  return typeof topology === "object" && topology !== null && topology !== globalThis && !isExotic(topology);
}

/** Plain objects of another realm are not exotic: in a test, structuredClone creates such objects. */
function isExotic(value: object): boolean {
  try {
    const prototype = Object.getPrototypeOf(value) as object | null;
    return !Array.isArray(value) && (prototype === null || Object.getPrototypeOf(prototype) !== null);
  } catch {
    return true;
  }
}

function valueAt(topology: unknown, path: readonly Step[]): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<Step, unknown>)[step], topology);
}

function replaced(topology: unknown, path: readonly Step[], next: (value: unknown) => unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return next(topology);
  const holder = valueAt(topology, path.slice(0, -1)) as Record<Step, unknown>;
  holder[last] = next(holder[last]);
  return topology;
}

function withAdded(topology: unknown, path: readonly Step[], name: string, value: unknown): unknown {
  const holder = valueAt(topology, path.slice(0, -1)) as object;
  const isLength = Array.isArray(holder) && name === "length";
  if (!isLength) {
    Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return topology;
}

function without(topology: unknown, path: readonly Step[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  delete (valueAt(topology, path.slice(0, -1)) as Record<Step, unknown>)[last];
  return topology;
}
