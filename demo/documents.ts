import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { KeyferryError } from "../core/errors";
import { replicateExisting } from "../scripts/api/replicate/existing";
import { reEncryptObjects } from "../scripts/api/replicate/re-encrypt";
import { systemWorld } from "../scripts/api/system-world";
import type { World } from "../scripts/api/world";
import type { ReplicationJobResult } from "../scripts/engine/results";
import { jobText } from "../scripts/report/replication-text";
import { replications, topologyBuckets, type Topology } from "../topology";
import { administrator } from "./clients";
import { aliasesByKey, type InventoryRow } from "./inventory";

/** The object that is written into each source bucket. */
const OBJECT = "report.txt";

/** How often and how long the demo checks for a replica; the rehearsal's clock runs faster than real time. */
const PAUSE_MS = 500;
const PATIENCE_MS = 60_000;

/** Writes an object into every replicated source bucket of a topology, as its owner, without encryption settings. */
export async function writeDocuments(
  endpoint: string,
  topology: Topology,
  say: (line: string) => void,
): Promise<void> {
  for (const { source } of replications(topology)) {
    const { s3 } = administrator(endpoint, source.account.id, source.region);
    await s3.send(
      new PutObjectCommand({ Bucket: source.bucket, Key: OBJECT, Body: "written in the source" }),
    );
    say(
      `account ${source.account.id} (${source.account.name}), ${source.region}: ${source.bucket}/${OBJECT}`,
    );
  }
}

/**
 * Re-encrypts older objects under their bucket's key and replicates them, as `keyferry replicate re-encrypt` and
 * `keyferry replicate existing` do. @throws KeyferryError if a job or one of its objects fails
 */
export async function carryOldDocuments(topology: Topology, say: (line: string) => void): Promise<void> {
  const options = { onJob: (job: ReplicationJobResult) => ended(job) && say(jobText(job)) };
  for (const [what, jobs] of [
    ["re-encrypted under their key", reEncryptObjects],
    ["replicated", replicateExisting],
  ] as const) {
    for (const job of await jobs(topology, options, IMPATIENT)) {
      if (job.status === "Complete" && job.failed === 0) continue;
      throw new KeyferryError(
        `old objects of ${job.source.bucket} were not ${what}: ${JSON.stringify(job)}`,
        {
          code: "DemoStageFailed",
          source: "tool",
        },
      );
    }
  }
}

const ended = ({ status }: ReplicationJobResult): boolean => status === "Complete" || status === "Failed";

/** The rehearsal's clock runs faster than real time, so the state of jobs is read more often. */
const IMPATIENT: World = {
  ...systemWorld,
  clock: { ...systemWorld.clock, sleep: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)) },
};

/** Waits until S3 has replicated the new objects. @throws KeyferryError if it fails or takes too long */
export async function replicated(endpoint: string, topology: Topology): Promise<void> {
  for (const { source } of replications(topology)) {
    const { s3 } = administrator(endpoint, source.account.id, source.region);
    const until = Date.now() + PATIENCE_MS;
    let status = await statusOf(s3, source.bucket);
    while (status === "PENDING" && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      status = await statusOf(s3, source.bucket);
    }
    if (status === "COMPLETED") continue;
    throw new KeyferryError(`${source.bucket}/${OBJECT} is ${status}, and not replicated`, {
      code: "DemoStageFailed",
      source: "tool",
    });
  }
}

/** The objects in the buckets of a topology, with their keys. */
export async function documents(endpoint: string, topology: Topology): Promise<readonly InventoryRow[]> {
  const rows: InventoryRow[] = [];
  for (const { account, region, bucket } of topologyBuckets(topology)) {
    const admin = administrator(endpoint, account.id, region);
    const aliases = await aliasesByKey(admin);
    const { Contents = [] } = await admin.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    for (const { Key } of Contents) {
      const { SSEKMSKeyId: key = "" } = await admin.s3.send(new HeadObjectCommand({ Bucket: bucket, Key }));
      rows.push({
        account: `${account.name} ${account.id}`,
        region,
        resource: `bucket ${bucket}`,
        device: Key ?? "",
        encryptedUnder:
          aliases.get(key.split("/").at(-1) ?? "") ?? (key === "" ? "(no customer managed key)" : key),
      });
    }
  }
  return rows;
}

async function statusOf(s3: S3Client, bucket: string): Promise<string | undefined> {
  return (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: OBJECT }))).ReplicationStatus;
}
