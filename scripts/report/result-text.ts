import { parseArn } from "../../core/arn";
import type { Refusal } from "../engine/errors";
import type { Manifest, Plan, PlannedCopy, PlannedRule, Status, Verification } from "../engine/results";
import { duration } from "./event-text";
import { table } from "./table";

export function planText(plan: Plan): string {
  const parts = plan.rules.map(ruleText);
  const last =
    plan.refusals.length > 0
      ? refusalsText(plan.refusals)
      : `in all ${plan.crossRegionGiB} GiB cross Regions`;
  return [...parts, last].join("\n\n");
}

export function refusalsText(refusals: readonly Refusal[]): string {
  const head = `${refusals.length} precondition${refusals.length === 1 ? " does" : "s do"} not hold:`;
  return [head, ...refusals.map(refusalText)].join("\n");
}

function refusalText(refusal: Refusal): string {
  return `  ${refusal.subject}: ${refusal.what}${refusal.fix === undefined ? "" : `\n    fix: ${refusal.fix}`}`;
}

function ruleText(rule: PlannedRule): string {
  const { rule: name, sourceImageId, sourceImageName, sourceAccount, sourceRegion } = rule;
  const pinned = rule.pinned ? ", pinned by an unfinished run" : "";
  const rows = rule.copies.map((copy) => [
    copy.role === "final" ? "copy" : "transit copy",
    `${copy.accountName} ${copy.account} ${copy.region}`,
    copy.from,
    copy.keyAlias,
    copy.stands === undefined ? "nothing" : `${copy.stands.imageId} ${copy.stands.state}`,
    ACTIONS[copy.action],
    `${copy.crossRegionGiB} GiB`,
  ]);
  return [
    `${name}: ${sourceImageId} (${sourceImageName}), ${rule.sizeGiB} GiB, in ${sourceAccount} ${sourceRegion}${pinned}`,
    `  why this way: ${rule.because}`,
    ...(rule.publishTo === undefined ? [] : [`  published to ${rule.publishTo} once proved`]),
    table([["WHAT", "WHERE", "FROM", "KEY", "STANDS", "RUN WOULD", "CROSS-REGION"], ...rows]).replace(
      /^/gm,
      "  ",
    ),
  ].join("\n");
}

const ACTIONS: Readonly<Record<PlannedCopy["action"], string>> = {
  copy: "copy",
  "copy-again": "remove it and copy again",
  wait: "wait for it",
  verify: "prove it",
  none: "do nothing",
};

export function manifestText(manifest: Manifest): string {
  const rows = manifest.images.flatMap((image) =>
    image.jobs.map((job) => [
      job.id,
      job.state,
      job.imageId ?? "-",
      keysOf(job.snapshots?.map((snapshot) => snapshot.keyArn) ?? []),
      `${(job.snapshots ?? []).reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0)} GiB`,
      job.parameter ?? "-",
      job.durationSeconds === undefined ? "-" : duration(job.durationSeconds),
    ]),
  );
  return table([["COPY JOB", "STATE", "IMAGE", "KEY", "SIZE", "PARAMETER", "TOOK"], ...rows]);
}

export function statusText(status: Status): string {
  const leases = status.rules.map(({ rule, lease }) => {
    if (lease === undefined) return `${rule}: nothing runs`;
    const { owner, expires, expired } = lease;
    const who = `run ${owner.run}, process ${owner.pid} on ${owner.host}`;
    return expired
      ? `${rule}: ${who} has stopped without a word; its lease expired at ${expires}`
      : `${rule}: ${who} runs`;
  });
  const last = status.lastRun;
  const journal =
    last === undefined
      ? "the journal of this directory knows no run"
      : `last run of this directory: ${last.run}, began ${last.startedAt}, ${last.ended ? "ended" : "last heard of"} ${last.lastRecordAt}`;
  return [...leases, journal, "", planText(status.plan)].join("\n");
}

export function verificationText(verification: Verification): string {
  const rows = verification.jobs.map((job) => [
    job.job,
    job.wrong.length === 0 ? "proved" : "WRONG",
    job.imageId ?? "-",
    keysOf(job.keyArn === undefined ? [] : [job.keyArn]),
    String(job.snapshots),
    `${job.sizeGiB} GiB`,
    job.parameter ?? "-",
  ]);
  const wrong = verification.jobs.flatMap((job) => job.wrong.map((what) => `${job.job}: ${what}`));
  const left = verification.leftovers;
  return [
    table([["COPY JOB", "STATE", "IMAGE", "KEY", "SNAPSHOTS", "SIZE", "PARAMETER"], ...rows]),
    ...wrong,
    ...left,
    ...(verification.refusals.length > 0 ? [refusalsText(verification.refusals)] : []),
    ...(verification.ok ? ["no share and no transit copy left"] : []),
  ].join("\n");
}

/** The keys without the part that the rest of the row says already. */
function keysOf(arns: readonly string[]): string {
  const keys = [...new Set(arns)].map((arn) => parseArn(arn)?.resource ?? arn);
  return keys.length === 0 ? "-" : keys.join(" ");
}
