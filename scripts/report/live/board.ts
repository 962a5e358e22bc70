import type { EventCode, RunEvent } from "../../engine/events";
import { nodeTitle } from "../node-title";

/** The states of a copy, in the order in which they are shown. */
export const COPY_STATES = ["failed", "copying", "proving", "queued", "waiting", "skipped", "done"] as const;
export type CopyState = (typeof COPY_STATES)[number];

/** One copy of a run, as its events describe it. */
export interface BoardRow {
  /** `web -> prod eu-central-1`, or `web (transit) builder eu-west-1`. */
  readonly name: string;
  readonly role: "transit" | "final";
  /** The source image's id, or the node of the copy that it is made from. */
  readonly madeFrom: string;
  /** Total size of all volumes. */
  readonly sizeGiB: number;
  state: CopyState;
  /** 0 to 100. */
  percent: number;
  /** Absent if it is not started, or was started by an earlier run. */
  startedAt?: Date;
  /** The percentage at `startedAt`, or when this run first saw the copy. */
  startedPercent: number;
  /** What it waits for, or AWS's own words. */
  note?: string;
}

type Change = Partial<Pick<BoardRow, "state" | "percent" | "startedAt" | "startedPercent" | "note">>;

/** All copies of a run, updated from its events. */
export class CopyBoard {
  private readonly byNode = new Map<string, BoardRow>();

  /** Every copy that is or will be made, except transit copies that nothing waits for. */
  rows(): readonly BoardRow[] {
    const rows = [...this.byNode.values()];
    return rows.filter((row) => row.role === "final" || row.state !== "waiting" || this.isAwaited(row));
  }

  hear(event: RunEvent, at: Date): void {
    if (event.code === "CopyPlanned") {
      this.byNode.set(event.node, {
        name: nodeTitle(event.node),
        role: event.role,
        madeFrom: event.madeFrom,
        sizeGiB: event.sizeGiB,
        state: "waiting",
        percent: 0,
        startedPercent: 0,
      });
      return;
    }
    const node = "node" in event ? event.node : "task" in event ? event.task : undefined;
    const row = node === undefined ? undefined : this.byNode.get(node);
    if (row === undefined) return;
    const changeOf = CHANGES[event.code] as
      ((event: RunEvent, row: BoardRow, at: Date) => Change) | undefined;
    if (changeOf === undefined) return;
    const { note, ...change } = changeOf(event, row, at);
    Object.assign(row, change);
    if (note === undefined) delete row.note;
    else row.note = note;
  }

  /** What a waiting copy waits for, as text. */
  waitsFor(row: BoardRow): string | undefined {
    const source = this.byNode.get(row.madeFrom);
    return source === undefined || source.state === "done" ? undefined : `after ${source.name}`;
  }

  private isAwaited(transit: BoardRow): boolean {
    return [...this.byNode.values()].some(
      (row) => row.state === "waiting" && this.byNode.get(row.madeFrom) === transit,
    );
  }
}

type EventOf<Code extends EventCode> = Extract<RunEvent, { readonly code: Code }>;

/** What an event changes in the row of its copy. An event without a note removes the previous note. */
const CHANGES: {
  readonly [Code in EventCode]?: (event: EventOf<Code>, row: BoardRow, at: Date) => Change;
} = {
  CopyWaitsForSlot: (event) => ({ state: "queued", note: `quota of ${event.place} reached` }),
  CopyStarting: (_, __, at) => started(at),
  CopyStarted: (_, __, at) => started(at),
  CopyFound: (event, row) =>
    event.state === "available"
      ? { state: standing(row), percent: 100 }
      : { state: "copying", note: "started by an earlier run" },
  CopyProgressed: ({ progress: { percent, reason } }, row, at) => ({
    state: "copying",
    percent,
    ...(row.startedAt === undefined ? { startedAt: at, startedPercent: percent } : {}),
    ...(reason === undefined ? {} : { note: reason }),
  }),
  CopyAvailable: (_, row) => ({ state: standing(row), percent: 100 }),
  CopyDead: (event) => ({ state: "failed", note: event.reason ?? event.state }),
  CopyVerified: () => ({ state: "done", percent: 100 }),
  TaskFailed: (event) => ({ state: "failed", note: event.explanation.reason }),
  TaskSkipped: (event) => ({ state: "skipped", note: `because ${nodeTitle(event.because)} failed` }),
};

function started(at: Date): Change {
  return { state: "copying", percent: 0, startedAt: at, startedPercent: 0 };
}

/** A transit copy is done when it is available; a final copy is verified first. */
function standing(row: BoardRow): CopyState {
  return row.role === "transit" ? "done" : "proving";
}
