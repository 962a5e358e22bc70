import type { BucketAccess, BucketsPort, ListedVersion, ObjectLook } from "../scripts/aws";
import { replicationStatus } from "../scripts/commands/replicate/status";
import { verifyReplicas } from "../scripts/commands/replicate/verify";
import { resolveTopology, type Place } from "../topology";
import type { Bench, Measurement } from "./bench";
import { collectGarbage } from "./collect-garbage";

const OBJECTS = process.env["KEYFERRY_BENCH_LONG"] === "1" ? 10_000_000 : 1_000_000;
const PAGE = 1_000;
/** One in this many objects is missing in the destination. */
const MISSING = 1_000;
const MIB = 1024 ** 2;
const SOURCE = "acme-documents";

const TOPOLOGY = resolveTopology({
  name: "acme",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  buckets: {
    documents: {
      from: { account: "builder", region: "us-east-2", bucket: SOURCE },
      to: [{ account: "prod", regions: ["eu-central-1"], bucket: "acme-replicas" }],
    },
  },
});

/** Pages between two measurements of the memory. */
const PAGES = 50;

/** Buckets with too many objects to keep in memory: each object is created when it is listed. */
class VirtualBuckets {
  calls = 0;
  /** Bytes in use after a garbage collection, in the order of the listing. */
  readonly held: number[] = [];

  access(): BucketAccess {
    const never = () => Promise.reject(new TypeError("this call is not used here"));
    return {
      buckets: (place) => this.port(place),
      jobs: () => ({ create: never, describe: never, list: never }),
      keys: ({ account }) => ({
        describeKey: async () => ({ arn: keyArn(account.id), state: "Enabled", spec: "SYMMETRIC_DEFAULT" }),
        keyPolicy: async () => OPEN,
      }),
      roles: () => ({
        role: async () => ({ trust: OPEN, policies: [], attached: [], hasBoundary: false }),
      }),
    };
  }

  private port({ account }: Place): BucketsPort {
    const isSource = account.name === "builder";
    const look: ObjectLook = {
      ...{ encryption: "aws:kms", keyArn: keyArn(account.id), bucketKey: true, tagCount: 0 },
      replicationStatus: isSource ? "PENDING" : "REPLICA",
    };
    return {
      replication: async () => undefined,
      policy: async () => undefined,
      isVersioned: async () => true,
      hasObjectLock: async () => false,
      defaultEncryption: async () => ({
        algorithm: "aws:kms",
        key: keyArn(account.id),
        bucketKey: true,
      }),
      ownerOf: async () => "owner",
      lines: () => this.pages(isSource) as never,
      versions: () => this.pages(isSource),
      look: async () => {
        this.calls += 1;
        return Promise.resolve(look);
      },
      tags: async () => ({}),
    };
  }

  private async *pages(isSource: boolean): AsyncIterable<readonly ListedVersion[]> {
    for (let from = 0; from < OBJECTS; from += PAGE) {
      this.calls += 1;
      if (isSource && (from / PAGE) % PAGES === 0) {
        collectGarbage();
        this.held.push(process.memoryUsage().heapUsed);
      }
      const indices = Array.from({ length: PAGE }, (_, index) => from + index);
      yield indices
        .filter((index) => isSource || index % MISSING !== 0)
        .map((index) => ({
          key: `reports/2026/${String(index).padStart(9, "0")}.parquet`,
          version: `version-${index}`,
          ...{ isLatest: true, isDeleteMarker: false, size: 1_000_000, etag: '"e"', owner: "owner" },
        }));
      await Promise.resolve();
    }
  }
}

const OPEN = JSON.stringify({ Version: "2012-10-17", Statement: [] });

function keyArn(account: string): string {
  return `arn:aws:kms:eu-central-1:${account}:key/11111111-2222-3333-4444-555555555555`;
}

/** Very many objects and their replicas, of which one in a thousand is missing. */
export const replicasBench: Bench = async () => [
  ...(await measured("verify", async (context) => {
    await verifyReplicas({ ...context, verified: () => undefined, found: () => undefined });
  })),
  ...(await measured("status", async (context) => {
    await replicationStatus(context);
  })),
];

async function measured(
  command: string,
  work: (context: { readonly topology: typeof TOPOLOGY; readonly aws: BucketAccess }) => Promise<void>,
): Promise<readonly Measurement[]> {
  const buckets = new VirtualBuckets();
  const before = process.cpuUsage();
  await work({ topology: TOPOLOGY, aws: buckets.access() });
  const { user, system } = process.cpuUsage(before);
  const what = `replicate ${command} of ${OBJECTS} objects`;
  const [early = 0, late = 0] = [buckets.held[1], buckets.held.at(-1)];
  return [
    { what: `${what}, calls for 1,000 of them`, value: (buckets.calls / OBJECTS) * 1_000, unit: "calls" },
    { what, value: (user + system) / 1_000_000, unit: "s" },
    {
      what: `${what}, memory growth after the first ${PAGE * PAGES}`,
      value: (late - early) / MIB,
      unit: "MiB",
      aim: "< 5",
    },
    { what: `${what}, maximum memory`, value: Math.max(...buckets.held) / MIB, unit: "MiB" },
  ];
}
