import type { RefreshView } from "../aws";
import { isBeingReplaced } from "../engine/group-state";
import type { GroupRollout, GroupStatus, Rollout, RolloutOutcome, RunningImage } from "../engine/results";
import { plural } from "./plural";
import { table } from "./table";
import { hanging } from "./wrap";

const DAY = 24 * 3600 * 1000;

/** `InProgress, 33 %, 2 instances left: AWS's words` */
export function refreshText({ status, percent, instancesLeft, reason, endedAt }: RefreshView): string {
  const left =
    endedAt === undefined && instancesLeft > 0 ? `, ${plural(instancesLeft, "instance")} left` : "";
  const words = reason === undefined ? "" : `: ${reason}`;
  return `${status}, ${percent} %${left}${words}`;
}

/** Which image a group runs, and what would replace it, in one sentence. */
export function groupText(status: GroupStatus, now: Date): string {
  const { group, accountName, region } = status;
  return `${group} in ${accountName} ${region}: ${[runs(status, now), ...replacementTexts(status)].join("; ")}`;
}

/** One line for each group; empty if the topology launches nothing. */
export function groupLines(groups: readonly GroupStatus[], now: Date, columns?: number): readonly string[] {
  return groups.map((status) => hanging(groupText(status, now), columns));
}

/** Whether there is nothing to report about a group except that it runs what is published. */
export function isUpToDate({ running, published, unseen, refresh }: GroupStatus): boolean {
  const isBusy = isBeingReplaced({ ...(refresh === undefined ? {} : { refresh }) });
  return (
    unseen === undefined &&
    published !== undefined &&
    running !== undefined &&
    running.onOtherImages + running.onOldTemplate === 0 &&
    !isBusy
  );
}

function runs(status: GroupStatus, now: Date): string {
  const { running, published, parameter, unseen, accountName } = status;
  if (unseen !== undefined) return `could not be read: ${unseen}`;
  if (running === undefined) return `is not deployed: npx keyferry deploy 'consumers-${accountName}'`;
  if (published === undefined) return `nothing is published: ${parameter} does not exist`;
  if (running.instances === 0) return `no instance runs; the next one launches ${published}`;
  const others = running.images.filter(({ imageId }) => imageId !== published);
  const { instances, onOldTemplate } = running;
  const behind = [
    ...others.map(
      (image) =>
        `${image.instances} of ${plural(instances, "instance")} ${verb(image.instances)} ${imageText(image, now)}`,
    ),
    ...(onOldTemplate === 0
      ? []
      : [
          `${onOldTemplate} of ${plural(instances, "instance")} ${onOldTemplate === 1 ? "uses" : "use"} an earlier version of the launch template`,
        ]),
  ];
  if (behind.length === 0) {
    const all = instances === 1 ? "the only instance runs" : `all ${instances} instances run`;
    return `${all} ${published}, as published in ${parameter}`;
  }
  const shows = others.length === 0 ? "" : `; ${parameter} contains ${published}`;
  return `${behind.join(", ")}${shows}`;
}

function verb(count: number): string {
  return count === 1 ? "runs" : "run";
}

function imageText({ imageId, name, source, madeAt }: RunningImage, now: Date): string {
  if (name === undefined) return `${imageId} (deregistered, or another account's)`;
  const of = source === undefined ? name : `${name}, copy of ${source}`;
  return `${imageId} (${of}${madeAt === undefined ? "" : `, ${ageText(now.getTime() - Date.parse(madeAt))} old`})`;
}

function ageText(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY);
  if (days < 1) return "less than a day";
  return days < 14 ? plural(days, "day") : plural(Math.floor(days / 7), "week");
}

/** What replaces outdated instances, or why nothing does. */
function replacementTexts(status: GroupStatus): readonly string[] {
  const { refresh, running, publishedAt = "", accountName } = status;
  if (refresh !== undefined && isBeingReplaced(status)) return [`being replaced: ${refreshText(refresh)}`];
  if (running === undefined || running.onOtherImages + running.onOldTemplate === 0) return [];
  const last =
    refresh === undefined || refresh.status === "Successful" || refresh.startedAt < publishedAt
      ? []
      : [`the last replacement: ${refreshText(refresh)}`];
  const left =
    running.leftAlone === 0
      ? []
      : [
          `${running.leftAlone} of them ${running.leftAlone === 1 ? "is" : "are"} not replaced, because launch.refresh excludes them`,
        ];
  if (running.toReplace === 0) return [...last, ...left];
  return [...last, ...left, HOW_REPLACED[status.follows](accountName)];
}

const HOW_REPLACED: Readonly<Record<GroupStatus["follows"], (account: string) => string>> = {
  rollout: () => "keyferry rollout replaces them",
  deployment: (account) => `npx keyferry deploy 'consumers-${account}' replaces them`,
  nothing: () => "nothing replaces them; set launch.refresh so that keyferry rollout does",
};

const OUTCOMES: Readonly<Record<RolloutOutcome, string>> = {
  current: "up to date",
  replaced: "replaced",
  "in-progress": "in progress",
  cancelled: "cancelled",
  "nothing-to-cancel": "nothing to cancel",
  failed: "FAILED",
  "not-done": "not done",
};

/**
 * What a rollout did, for people.
 * @param columns characters in a line. @default - unlimited
 */
export function rolloutText({ groups, state }: Rollout, now: Date, columns?: number): string {
  const rows = groups.map(({ status, outcome }) => [
    status.group,
    `${status.accountName} ${status.account} ${status.region}`,
    OUTCOMES[outcome],
    status.published ?? "-",
    onPublished(status),
  ]);
  const continuesInAws = groups.some(({ outcome }) => outcome === "in-progress" || outcome === "not-done");
  return [
    table([["GROUP", "WHERE", "STATE", "PUBLISHED", "RUN IT"], ...rows], columns),
    ...groups.filter(({ outcome }) => outcome === "failed").map((group) => failureText(group, now, columns)),
    ...(continuesInAws
      ? [
          "replacements that were started continue in AWS: keyferry rollout waits for them, keyferry status shows them",
        ]
      : []),
    ...(state === "failed" ? ["run the same command to try failed groups again"] : []),
  ].join("\n");
}

function onPublished({ running }: GroupStatus): string {
  return running === undefined ? "-" : `${running.instances - running.onOtherImages} of ${running.instances}`;
}

function failureText({ status, reason = "", fixes = [] }: GroupRollout, now: Date, columns?: number): string {
  const state = status.unseen === undefined && status.running !== undefined ? [groupText(status, now)] : [];
  return [
    hanging(`${status.group} in ${status.accountName} ${status.region}: ${reason}`, columns),
    ...fixes.map((fix) => hanging(`fix: ${fix}`, columns, "  ")),
    ...state.map((text) => hanging(`now: ${text}`, columns, "  ")),
  ].join("\n");
}
