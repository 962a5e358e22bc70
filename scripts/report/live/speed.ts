import type { BoardRow } from "./board";

/** How fast a copy goes, judged by what this run has seen of it. */
export interface Speed {
  readonly mibPerSecond: number;
  readonly leftSeconds: number;
}

/** Undefined while too little has been seen to say. AWS counts a volume's whole size, not only the data on it. */
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

/** All copies together. */
export interface Total {
  readonly doneGiB: number;
  readonly sizeGiB: number;
  readonly mibPerSecond: number;
  /** At today's speed; undefined while nothing moves. */
  readonly leftSeconds?: number;
}

/** What is left is judged by the speed of now, so it falls as more copies run side by side. */
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
