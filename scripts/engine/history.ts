import type { NodeId } from "../../topology/ids";
import type { RunEvent } from "./events";
import type { Explanation } from "./explain/explanation";
import type { JournalRecord } from "./journal";

/** One copy of a sequence of runs, from the journal. Times are ISO 8601. */
export interface CopyHistory {
  readonly node: NodeId;
  readonly role: "transit" | "final";
  /** The user's name of the account. */
  readonly account: string;
  readonly region: string;
  /** The source image's id, or the node whose copy it is made from. */
  readonly madeFrom: string;
  /** Size of all volumes together. */
  readonly sizeGiB: number;
  imageId?: string;
  startedAt?: string;
  availableAt?: string;
  provedAt?: string;
  publishedAt?: string;
  /** When the copy failed in AWS, and AWS's own words. */
  dead?: { readonly at: string; readonly reason: string };
  removedAt?: string;
}

/** What failed, or was not started because something else failed. */
export interface FailedTask {
  readonly at: string;
  readonly task: string;
  readonly explanation?: Explanation;
  readonly because?: string;
}

/** What a run was restricted to. */
export interface RunPart {
  /** As the user named it. */
  readonly only: readonly string[];
  /** Ids of the nodes that it was to make; empty: the run stopped before they were determined. */
  readonly nodes: readonly string[];
}

/**
 * A sequence of runs of a topology: the last run, and the interrupted runs before it that it continued. A run that
 * finished, successfully or not, ends the sequence.
 */
export interface Journey {
  /** Ids of the runs, oldest first. */
  readonly runs: readonly string[];
  readonly startedAt: string;
  readonly lastRecordAt: string;
  readonly state: "finished" | "interrupted" | "unfinished";
  /** Why each rule's path was chosen, by rule. */
  readonly because: ReadonlyMap<string, string>;
  /** What the last run was restricted to. @default - not restricted */
  readonly part?: RunPart;
  readonly copies: readonly CopyHistory[];
  readonly failures: readonly FailedTask[];
}

/** The last sequence of runs in a journal; undefined if there was no run. */
export function lastJourney(records: readonly JournalRecord[]): Journey | undefined {
  const last = records.at(-1);
  const begun = beginning(records);
  const journey = begun === undefined ? [] : records.slice(begun);
  const first = journey[0];
  if (first === undefined || last === undefined) return undefined;
  const copies = new Map<string, CopyHistory>();
  const failures = new Map<string, FailedTask>();
  const because = new Map<string, string>();
  for (const { at, event } of journey) {
    if (event.code === "WayChosen") because.set(event.rule, event.because);
    if (event.code === "TaskFailed")
      failures.set(event.task, { at, task: event.task, explanation: event.explanation });
    if (event.code === "TaskSkipped")
      failures.set(event.task, { at, task: event.task, because: event.because });
    if (event.code === "CopyPlanned" && !copies.has(event.node)) {
      const { node, role, account, region, madeFrom, sizeGiB } = event;
      copies.set(node, { node, role, account, region, madeFrom, sizeGiB });
    }
    const copy = "node" in event ? copies.get(event.node) : undefined;
    if (copy !== undefined) note(copy, event, at);
    // A failure that a later run repaired is not a failure of the sequence.
    if (event.code === "CopyVerified") failures.delete(event.node);
  }
  return {
    runs: [...new Set(journey.map((record) => record.run))],
    startedAt: first.at,
    lastRecordAt: last.at,
    state:
      last.event.code === "RunFinished"
        ? "finished"
        : last.event.code === "Interrupted"
          ? "interrupted"
          : "unfinished",
    because,
    ...partOf(journey),
    copies: [...copies.values()],
    failures: [...failures.values()],
  };
}

function partOf(journey: readonly JournalRecord[]): Pick<Journey, "part"> {
  const start = journey.findLastIndex(({ event }) => event.code === "RunStarted");
  const begun = journey[start]?.event;
  if (begun?.code !== "RunStarted" || begun.only === undefined) return {};
  const nodes = journey
    .slice(start)
    .flatMap(({ event }) => (event.code === "CopyPlanned" ? [event.node] : []));
  return { part: { only: begun.only, nodes } };
}

/** Index of the first record after the last finished run before the current one. */
function beginning(records: readonly JournalRecord[]): number | undefined {
  const lastStart = records.findLastIndex((record) => record.event.code === "RunStarted");
  if (lastStart < 0) return undefined;
  return records.slice(0, lastStart).findLastIndex((record) => record.event.code === "RunFinished") + 1;
}

function note(copy: CopyHistory, event: RunEvent, at: string): void {
  if ("imageId" in event) copy.imageId = event.imageId;
  if (event.code === "CopyStarted") {
    copy.startedAt = at;
    delete copy.dead;
  }
  if (event.code === "CopyAvailable") copy.availableAt = at;
  if (event.code === "CopyVerified") copy.provedAt = at;
  if (event.code === "ImagePublished") copy.publishedAt = at;
  if (event.code === "CopyDead") copy.dead = { at, reason: event.reason ?? event.state };
  if (event.code === "CopyRemoved" && event.because === "transit") copy.removedAt = at;
}
