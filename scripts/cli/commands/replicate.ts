import { openFoundation } from "../../api/foundation";
import { replicateExisting } from "../../api/replicate/existing";
import type { JobOptions } from "../../api/replicate/options";
import { reEncryptObjects } from "../../api/replicate/re-encrypt";
import { replicationStatus } from "../../api/replicate/status";
import { verifyReplicas } from "../../api/replicate/verify";
import { forgetBucket } from "../../commands/replicate/forget";
import { jobHasFailed } from "../../commands/replicate/source-job";
import { hasFailed } from "../../commands/replicate/status";
import type { ReplicationJobResult } from "../../engine/results";
import {
  jobText,
  jobsText,
  RE_ENCRYPTED,
  REPLICATED,
  replicasText,
  replicationText,
  type JobWords,
} from "../../report/replication-text";
import type { Topology } from "../../../topology";
import { keyChangeText } from "../../report/keys-text";
import { confirmed, refuseUnasked, type ConfirmedOptions } from "../confirmed";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { openSession, readingOptions, type CommonOptions } from "../session";
import { widthOf } from "../width";

/** `keyferry replicate status`: what is pending, failed and why; changes nothing. */
export async function replicationStatusCommand(
  host: Host,
  rule: string | undefined,
  options: CommonOptions,
): Promise<number> {
  const topology = loadTopology(host, options.config);
  const found = await replicationStatus(
    topology,
    { ...readingOptions(host, options), ...ofRule(rule) },
    host,
  );
  host.out(options.json === true ? JSON.stringify(found) : replicationText(found, widthOf(host).columns));
  return found.some(hasFailed) ? EXIT.failed : EXIT.done;
}

export interface JobCommandOptions extends CommonOptions {
  /** Whether to wait for the end. */
  readonly wait: boolean;
}

export interface ExistingCommandOptions extends JobCommandOptions {
  /** Only objects whose replication has failed. */
  readonly failed?: boolean;
}

/** `keyferry replicate existing`: has S3 replicate objects that are older than the rules or whose replication failed. */
export function replicateExistingCommand(
  host: Host,
  rule: string | undefined,
  options: ExistingCommandOptions,
): Promise<number> {
  return jobsCommand(host, rule, options, REPLICATED, (topology, common) =>
    replicateExisting(topology, { ...common, failedOnly: options.failed ?? false }, host),
  );
}

/** `keyferry replicate re-encrypt`: has S3 re-encrypt objects with their bucket's key. */
export function reEncryptCommand(
  host: Host,
  rule: string | undefined,
  options: JobCommandOptions,
): Promise<number> {
  return jobsCommand(host, rule, options, RE_ENCRYPTED, (topology, common) =>
    reEncryptObjects(topology, common, host),
  );
}

async function jobsCommand(
  host: Host,
  rule: string | undefined,
  options: JobCommandOptions,
  words: JobWords,
  work: (topology: Topology, common: JobOptions) => Promise<readonly ReplicationJobResult[]>,
): Promise<number> {
  const topology = loadTopology(host, options.config);
  const abort = new AbortController();
  const release = host.onInterrupt(() => abort.abort());
  try {
    const results = await work(topology, {
      ...readingOptions(host, options),
      ...ofRule(rule),
      wait: options.wait,
      onJob: (job) => host.err(options.json === true ? JSON.stringify(job) : jobText(job)),
      signal: abort.signal,
    });
    const text = () => jobsText(results, words, widthOf(host).columns);
    host.out(options.json === true ? JSON.stringify(results) : text());
    return results.some(jobHasFailed) ? EXIT.failed : EXIT.done;
  } finally {
    release();
  }
}

export interface VerifyReplicasCommandOptions extends CommonOptions {
  readonly report?: string;
  readonly restart?: boolean;
}

/** `keyferry replicate verify`: compares every current object with its replica; changes nothing in AWS. */
export async function verifyReplicasCommand(
  host: Host,
  rule: string | undefined,
  options: VerifyReplicasCommandOptions,
): Promise<number> {
  const topology = loadTopology(host, options.config);
  const abort = new AbortController();
  const release = host.onInterrupt(() => abort.abort());
  try {
    const results = await verifyReplicas(
      topology,
      {
        ...readingOptions(host, options),
        ...ofRule(rule),
        ...(options.report === undefined ? {} : { report: options.report }),
        restart: options.restart ?? false,
        signal: abort.signal,
      },
      host,
    );
    host.out(options.json === true ? JSON.stringify(results) : replicasText(results, widthOf(host).columns));
    return results.some(({ problems }) => problems > 0) ? EXIT.failed : EXIT.done;
  } finally {
    release();
  }
}

/** `keyferry replicate forget`: removes a retired bucket that was deleted from the lock file. */
export async function forgetBucketCommand(
  host: Host,
  bucket: string,
  options: ConfirmedOptions,
): Promise<number> {
  const foundation = openFoundation(await openSession(host, options));
  refuseUnasked(host, options);
  const change = await forgetBucket(foundation, bucket, (lost) => {
    host.err(lost.map((what) => `will be forgotten: ${what}`).join("\n"));
    return confirmed(host, options, `forget the bucket ${bucket}?`);
  });
  host.out(options.json === true ? JSON.stringify(change) : keyChangeText(change, widthOf(host).columns));
  return change.refusals.length > 0 ? EXIT.refused : EXIT.done;
}

function ofRule(rule: string | undefined): { readonly rule?: string } {
  return rule === undefined ? {} : { rule };
}
