import { replicateExisting } from "../../api/replicate/existing";
import { replicationStatus } from "../../api/replicate/status";
import { verifyReplicas } from "../../api/replicate/verify";
import { jobHasFailed } from "../../commands/replicate/existing";
import { hasFailed } from "../../commands/replicate/status";
import { jobText, jobsText, replicasText, replicationText } from "../../report/replication-text";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { readingOptions, type CommonOptions } from "../session";
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

export interface ExistingCommandOptions extends CommonOptions {
  /** Only what has failed. */
  readonly failed?: boolean;
  /** Whether to wait for the end. */
  readonly wait: boolean;
}

/** `keyferry replicate existing`: has S3 replicate what was there before the rules, or has failed. */
export async function replicateExistingCommand(
  host: Host,
  rule: string | undefined,
  options: ExistingCommandOptions,
): Promise<number> {
  const topology = loadTopology(host, options.config);
  const abort = new AbortController();
  const release = host.onInterrupt(() => abort.abort());
  try {
    const results = await replicateExisting(
      topology,
      {
        ...readingOptions(host, options),
        ...ofRule(rule),
        failedOnly: options.failed ?? false,
        wait: options.wait,
        onJob: (job) => host.err(options.json === true ? JSON.stringify(job) : jobText(job)),
        signal: abort.signal,
      },
      host,
    );
    host.out(options.json === true ? JSON.stringify(results) : jobsText(results, widthOf(host).columns));
    return results.some(jobHasFailed) ? EXIT.failed : EXIT.done;
  } finally {
    release();
  }
}

export interface VerifyReplicasCommandOptions extends CommonOptions {
  readonly report?: string;
  readonly restart?: boolean;
}

/** `keyferry replicate verify`: compares every current object with its replica; changes nothing at AWS. */
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

function ofRule(rule: string | undefined): { readonly rule?: string } {
  return rule === undefined ? {} : { rule };
}
