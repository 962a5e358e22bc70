import type { BoardRow } from "./board";

/** The speed of a copy, estimated from what this run has observed. */
export interface Speed {
  readonly mibPerSecond: number;
  readonly leftSeconds: number;
}

/** Undefined while there is too little data. AWS counts a volume's whole size, not only the data on it. */
export function speedOf(row: BoardRow, now: Date): Speed | undefined {
  if (row.state !== "copying" || row.startedAt === undefined) return undefined;
  const seconds = (now.getTime() - row.startedAt.getTime()) / 1000;
  const percent = row.percent - row.startedPercent;
  if (seconds <= 0 || percent <= 0) return undefined;
  const percentPerSecond = percent / seconds;
  return {
    mibPerSecond: (row.sizeGiB * 1024 * percentPerSecond) / 100,
    leftSeconds: (100 - row.percent) / percentPerSecond,
  };
}

/** The totals of all copies. */
export interface Total {
  readonly doneGiB: number;
  readonly sizeGiB: number;
  readonly mibPerSecond: number;
  /** At the current speed; undefined while no copy progresses. */
  readonly leftSeconds?: number;
}

/** The remaining time assumes the current speed, so it decreases when more copies run in parallel. */
export function totalOf(rows: readonly BoardRow[], now: Date): Total {
  const sizeGiB = rows.reduce((sum, row) => sum + row.sizeGiB, 0);
  const doneGiB = rows.reduce((sum, row) => sum + (row.sizeGiB * row.percent) / 100, 0);
  const mibPerSecond = rows.reduce((sum, row) => sum + (speedOf(row, now)?.mibPerSecond ?? 0), 0);
  return {
    doneGiB,
    sizeGiB,
    mibPerSecond,
    ...(mibPerSecond === 0 ? {} : { leftSeconds: ((sizeGiB - doneGiB) * 1024) / mibPerSecond }),
  };
}
