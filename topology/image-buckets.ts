import { derived } from "@keyferry/common";
import type { ImageBucketUse, StoredAccess } from "../policy/runner";
import type { ImagePusher } from "../policy/s3/image-bucket";
import { copyJobs, isStored, type CopyJob } from "./jobs";
import type { Account, Place, Rule, Topology } from "./model";
import { imageBucketName } from "./names";

/**
 * Images that are copied as objects (route `store-restore`): the source's account stores them in its own bucket, copies the
 * object into the destination's bucket, and the destination restores it there. One bucket for each place serves both, with two folders.
 */

/** Bucket and prefix of the objects of a rule. The prefix ends with a slash. */
export interface ObjectFolder {
  readonly place: Place;
  readonly bucket: string;
  readonly prefix: string;
}

/** A bucket for stored images, and the roles of other accounts that write into it. */
export interface ImageBucket {
  readonly account: Account;
  readonly region: string;
  readonly bucket: string;
  readonly pushers: readonly ImagePusher[];
}

/** Where EC2 stores the images of a rule. */
export function storedFolder(topology: Topology, { name, from }: Rule): ObjectFolder {
  const place = { account: from.account, region: from.region };
  return { place, bucket: bucketOf(topology, place), prefix: `stored/${name}/` };
}

/** Where the objects of a rule are copied to in a destination. */
export function receivedFolder(topology: Topology, { name }: Rule, { account, region }: Place): ObjectFolder {
  const place = { account, region };
  return { place, bucket: bucketOf(topology, place), prefix: `received/${name}/` };
}

/** Every bucket for stored images of a topology, each once. */
export const imageBuckets = derived((topology: Topology): readonly ImageBucket[] => {
  const jobs = storedJobs(topology);
  const folders = jobs.flatMap((job) => [storedOf(topology, job), receivedOf(topology, job)]);
  const places = new Map(folders.map(({ bucket, place }) => [bucket, place]));
  return [...places].map(([bucket, { account, region }]) => ({
    account,
    region,
    bucket,
    pushers: pushersInto(topology, bucket),
  }));
});

/** The access of an account's runner role to such buckets; undefined if it copies no image this way. */
export function storedAccess(
  topology: Topology,
  account: Account,
  counts: (job: CopyJob) => boolean,
): StoredAccess | undefined {
  const jobs = storedJobs(topology).filter(counts);
  const sent = jobs.filter(({ rule }) => rule.from.account.id === account.id);
  const arriving = jobs.filter(({ to }) => to.account.id === account.id);
  if (sent.length + arriving.length === 0) return undefined;
  return {
    storesIn: usesOf(sent.map((job) => storedOf(topology, job))),
    pushesInto: usesOf(sent.map((job) => receivedOf(topology, job))),
    restoresFrom: usesOf(arriving.map((job) => receivedOf(topology, job))),
  };
}

const storedJobs = derived((topology: Topology): readonly CopyJob[] => copyJobs(topology).filter(isStored));

function storedOf(topology: Topology, { rule }: CopyJob): ObjectFolder {
  return storedFolder(topology, rule);
}

function receivedOf(topology: Topology, { rule, to }: CopyJob): ObjectFolder {
  return receivedFolder(topology, rule, to);
}

/** A role of the bucket's own account needs only its identity policy. */
function pushersInto(topology: Topology, bucket: string): readonly ImagePusher[] {
  const jobs = storedJobs(topology).filter(
    (job) => receivedOf(topology, job).bucket === bucket && job.rule.from.account.id !== job.to.account.id,
  );
  const accounts = new Map(jobs.map(({ rule }) => [rule.from.account.id, rule.from.account]));
  return [...accounts.values()].map(({ id, runnerRole }) => ({
    account: id,
    roleName: runnerRole,
    prefixes: jobs
      .filter(({ rule }) => rule.from.account.id === id)
      .map((job) => receivedOf(topology, job).prefix),
  }));
}

function usesOf(folders: readonly ObjectFolder[]): readonly ImageBucketUse[] {
  const buckets = new Map(folders.map(({ bucket, place }) => [bucket, place.region]));
  return [...buckets].map(([bucket, region]) => ({
    bucket,
    region,
    prefixes: [...new Set(folders.filter((one) => one.bucket === bucket).map(({ prefix }) => prefix))],
  }));
}

function bucketOf(topology: Topology, { account, region }: Place): string {
  return imageBucketName(topology.name, account.id, region);
}
