import { parseArn } from "@keyferry/common";
import type { Manifest, Status, Verification } from "../engine/results";
import { duration } from "./event-text";
import { groupLines } from "./groups-text";
import { outsideText } from "./outside-text";
import { planText, type PlanTextOptions } from "./plan-text";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { unexplainedLines } from "./unexplained-text";
import { hanging } from "./wrap";

/**
 * The result of a run: every copy job, why some have failed, and how to continue.
 * @param columns characters in a line. @default - unlimited
 */
export function manifestText(manifest: Manifest, columns?: number): string {
  const rows = manifest.images.flatMap((image) =>
    image.jobs.map((job) => [
      job.id,
      job.state,
      job.imageId ?? "-",
      keysOf(job.snapshots?.map((snapshot) => snapshot.keyArn) ?? []),
      job.snapshots === undefined
        ? "-"
        : `${job.snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0)} GiB`,
      job.heldBackFrom === undefined ? (job.parameter ?? "-") : `${job.heldBackFrom} (held back)`,
      job.durationSeconds === undefined ? "-" : duration(job.durationSeconds),
    ]),
  );
  const jobs = manifest.images.flatMap((image) => image.jobs);
  const { only } = manifest;
  const open = jobs.filter(({ state }) => state !== "done");
  return [
    table([["COPY JOB", "STATE", "COPY", "KEY", "SIZE", "PARAMETER", "TOOK"], ...rows], columns),
    ...jobs.flatMap(({ id, reason }) => (reason === undefined ? [] : [hanging(`${id}: ${reason}`, columns)])),
    ...(only === undefined ? [] : [`only ${only.join(", ")}: other copy jobs are not listed`]),
    ...(open.length === 0
      ? []
      : [`${open.length} of ${jobs.length} did not succeed; run the same command to continue`]),
  ].join("\n");
}

export function statusText(status: Status, options: Pick<PlanTextOptions, "columns"> = {}): string {
  const rolledBack = status.rules.flatMap(({ rule, rollback }) =>
    rollback === undefined
      ? []
      : [
          `${rule}: rolled back at ${rollback.at}: copies of ${rollback.showing} are published, those of ${rollback.heldBack} are held back`,
        ],
  );
  const leases = status.rules.map(({ rule, lease }) => {
    if (lease === undefined) return `${rule}: no run is in progress`;
    const { owner, expires, expired } = lease;
    const who = `run ${owner.run}, process ${owner.pid} on ${owner.host}`;
    return expired
      ? `${rule}: ${who} stopped responding; its lease expired at ${expires}`
      : `${rule}: ${who} is in progress`;
  });
  const last = status.lastRun;
  const journal =
    last === undefined
      ? "the journal of this directory contains no run"
      : `last run of this directory: ${last.run}, started ${last.startedAt}, ${last.ended ? "ended" : "last active"} ${last.lastRecordAt}${last.only === undefined ? "" : `; it was restricted to ${last.only.join(" ")}`}`;
  return [
    ...[...leases, ...rolledBack, journal].map((text) => hanging(text, options.columns)),
    ...groupLines(status.groups, status.at, options.columns),
    ...outsideText(status.outside, options.columns),
    "",
    planText(status.plan, { ...options, withIds: true }),
  ].join("\n");
}

/** @param columns characters in a line. @default - unlimited */
export function verificationText(verification: Verification, columns?: number): string {
  const rows = verification.jobs.map((job) => [
    job.job,
    job.wrong.length === 0 ? "proved" : job.imageId === undefined ? "MISSING" : "WRONG",
    job.imageId ?? "-",
    keysOf(job.keyArn === undefined ? [] : [job.keyArn]),
    ...(job.imageId === undefined ? ["-", "-"] : [String(job.snapshots), `${job.sizeGiB} GiB`]),
    job.rolledBackTo === undefined
      ? (job.parameter ?? "-")
      : `${job.parameter} (rolled back to ${job.rolledBackTo})`,
  ]);
  const wrong = verification.jobs.flatMap((job) => job.wrong.map((what) => `${job.job}: ${what}`));
  const left = verification.leftovers;
  const isMissing = verification.jobs.some(({ imageId }) => imageId === undefined);
  return [
    ...(rows.length === 0
      ? []
      : [table([["COPY JOB", "STATE", "COPY", "KEY", "SNAPSHOTS", "SIZE", "PARAMETER"], ...rows], columns)]),
    ...[...wrong, ...left].map((text) => hanging(text, columns)),
    ...groupLines(verification.groups, verification.at, columns),
    ...(verification.refusals.length > 0 ? [refusalsText(verification.refusals, columns)] : []),
    ...(isMissing ? ["keyferry run copies what is missing"] : []),
    ...unexplainedLines(verification.unexplained, columns),
    ...(verification.ok ? [nothingLeft(verification)] : []),
  ].join("\n");
}

function nothingLeft({ unexplained }: Verification): string {
  return unexplained.length === 0
    ? "no share and no transit copy left"
    : "no transit copy left, and no share that was recorded by a run";
}

/** The keys without the account and Region, which are in the same row. */
function keysOf(arns: readonly string[]): string {
  const keys = [...new Set(arns)].map((arn) => parseArn(arn)?.resource ?? arn);
  return keys.length === 0 ? "-" : keys.join(" ");
}
