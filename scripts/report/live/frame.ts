import { createColors } from "picocolors";
import { visible } from "../../../core/visible";
import { duration } from "../event-text";
import { COPY_STATES, type BoardRow, type CopyBoard, type CopyState } from "./board";
import { speedOf, totalOf } from "./speed";

/** The terminal on which a frame is drawn. */
export interface FrameSize {
  /** Characters in a line, lines on the screen. */
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

interface Column {
  readonly head: string;
  /** Columns of the lowest rank are left out first where the terminal is narrow. */
  readonly rank: number;
  readonly text: (row: BoardRow, board: CopyBoard, now: Date) => string;
}

const BAR_WIDTH = 12;

const COLUMNS: readonly Column[] = [
  { head: "COPY", rank: 9, text: (row) => row.name },
  { head: "STATE", rank: 8, text: (row) => row.state },
  { head: "", rank: 2, text: (row) => bar(row.percent) },
  { head: "%", rank: 7, text: (row) => (row.percent > 0 ? `${row.percent}` : "") },
  { head: "GIB", rank: 1, text: (row) => String(row.sizeGiB) },
  { head: "MIB/S", rank: 3, text: (row, _, now) => rounded(speedOf(row, now)?.mibPerSecond) },
  { head: "LEFT", rank: 6, text: (row, _, now) => left(speedOf(row, now)?.leftSeconds) },
  { head: "", rank: 5, text: (row, board) => row.note ?? (isIdle(row) ? board.waitsFor(row) : "") ?? "" },
];

const GAP = "  ";

/**
 * The copies of a run as lines that fit the terminal: failures first, then copies in progress, then waiting ones. The
 * second to last line counts what does not fit; the last line has the totals.
 */
export function frame(board: CopyBoard, now: Date, size: FrameSize): readonly string[] {
  const rows = [...board.rows()].sort((a, b) => order(a) - order(b));
  if (rows.length === 0) return [];
  const color = createColors(size.color);
  const paint: Readonly<Record<CopyState, (text: string) => string>> = {
    failed: color.red,
    copying: color.cyan,
    proving: color.cyan,
    queued: color.dim,
    waiting: color.dim,
    skipped: color.yellow,
    done: color.green,
  };
  // Head, totals, the count of what does not fit, and the line of the cursor.
  const room = Math.max(1, size.rows - 4);
  const shown = rows.slice(0, room);
  const hidden = rows.slice(room);
  const cells = shown.map((row) => COLUMNS.map((column) => column.text(row, board, now)));
  const widths = COLUMNS.map((column, index) =>
    Math.max(column.head.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const kept = fitting(widths, size.columns);
  const line = (texts: readonly string[]) =>
    cut(kept.map((index) => (texts[index] ?? "").padEnd(widths[index] ?? 0)).join(GAP), size.columns);
  return [
    color.bold(line(COLUMNS.map((column) => column.head))),
    ...shown.map((row, number) => paint[row.state](line(cells[number] ?? []))),
    ...(hidden.length === 0 ? [] : [color.dim(cut(`and ${counts(hidden)}`, size.columns))]),
    color.bold(cut(sum(rows, now), size.columns)),
  ];
}

/** Indexes of the columns that fit, at least the copy's name. Notes are cut, not left out. */
function fitting(widths: readonly number[], columns: number): readonly number[] {
  const kept = new Set(COLUMNS.keys());
  const used = () => [...kept].reduce((total, index) => total + minimum(index) + GAP.length, -GAP.length);
  for (const index of [...COLUMNS.keys()].filter((each) => widths[each] === 0)) kept.delete(index);
  const byRank = [...kept].sort((a, b) => (COLUMNS[a]?.rank ?? 0) - (COLUMNS[b]?.rank ?? 0));
  for (const index of byRank.slice(0, -1)) if (used() > columns) kept.delete(index);
  return [...kept];

  function minimum(index: number): number {
    const width = widths[index] ?? 0;
    return index === COLUMNS.length - 1 ? Math.min(width, 16) : width;
  }
}

function sum(rows: readonly BoardRow[], now: Date): string {
  const { doneGiB, sizeGiB, mibPerSecond, leftSeconds } = totalOf(rows, now);
  return [
    counts(rows),
    `${Math.floor(doneGiB)} of ${sizeGiB} GiB`,
    ...(mibPerSecond === 0 ? [] : [`${rounded(mibPerSecond)} MiB/s`]),
    ...(leftSeconds === undefined ? [] : [`about ${left(leftSeconds)} left`]),
  ].join(", ");
}

/** `2 copying, 1 done` */
function counts(rows: readonly BoardRow[]): string {
  return COPY_STATES.map((state) => ({ state, count: rows.filter((row) => row.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => `${count} ${state}`)
    .join(", ");
}

function order(row: BoardRow): number {
  return COPY_STATES.indexOf(row.state);
}

function isIdle(row: BoardRow): boolean {
  return row.state === "waiting" || row.state === "queued";
}

function bar(percent: number): string {
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}`;
}

function rounded(value: number | undefined): string {
  return value === undefined ? "" : String(Math.round(value));
}

function left(seconds: number | undefined): string {
  return seconds === undefined ? "" : duration(Math.ceil(seconds));
}

function cut(text: string, columns: number): string {
  const oneLine = text.replace(/\s+/g, (spaces) => (/[^ ]/.test(spaces) ? " " : spaces));
  const whole = visible(oneLine).trimEnd();
  return whole.length <= columns ? whole : `${whole.slice(0, Math.max(0, columns - 1))}…`;
}
