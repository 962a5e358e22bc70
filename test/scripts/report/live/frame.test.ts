import type { NodeId } from "../../../../topology/ids";
import type { RunEvent } from "../../../../scripts/engine/events";
import { CopyBoard, frame } from "../../../../scripts/report/live";

const START = new Date("2026-01-01T00:00:00Z");
const SIZE = { columns: 120, rows: 24, color: false };

const planned = (node: NodeId, madeFrom: string, sizeGiB = 100): RunEvent => {
  const [, role, account = "", region = ""] = node.split("/");
  return {
    code: "CopyPlanned",
    node,
    role: role as "final",
    account,
    region,
    madeFrom,
    sizeGiB,
  };
};
const TRANSIT = "web/transit/builder/eu-west-1";
const PROD = "web/final/prod/eu-central-1";
const STAGING = "web/final/staging/eu-west-1";

/** A board after some events, each with its seconds after the start. */
function boardOf(...heard: readonly (readonly [seconds: number, event: RunEvent])[]): CopyBoard {
  const board = new CopyBoard();
  for (const [seconds, event] of heard) board.hear(event, after(seconds));
  return board;
}
const after = (seconds: number) => new Date(START.getTime() + seconds * 1000);
const starting = (node: NodeId): RunEvent => ({
  code: "CopyStarting",
  node,
  fromImageId: "ami-1",
  attempt: 1,
});
const progressed = (node: NodeId, percent: number, reason?: string): RunEvent => ({
  code: "CopyProgressed",
  node,
  imageId: "ami-2",
  progress: { state: "pending", percent, ...(reason === undefined ? {} : { reason }) },
});
const lineOf = (lines: readonly string[], name: string) => lines.find((line) => line.includes(name)) ?? "";

describe("the live table", () => {
  it("shows progress, speed and remaining time of a copy in progress", () => {
    const board = boardOf([0, planned(PROD, "ami-1")], [0, starting(PROD)], [100, progressed(PROD, 50)]);
    const line = lineOf(frame(board, after(100), SIZE), "web -> prod eu-central-1");
    expect(line).toMatch(/copying +######------ +50 +100 +512 +1 min 40 s/);
  });

  it("shows what a copy waits for, until it exists", () => {
    const waiting = boardOf([0, planned(TRANSIT, "ami-1")], [0, planned(PROD, TRANSIT)]);
    expect(lineOf(frame(waiting, START, SIZE), "web -> prod")).toContain(
      "after web (transit) builder eu-west-1",
    );
    waiting.hear({ code: "CopyAvailable", node: TRANSIT, imageId: "ami-2", seconds: 9 }, after(9));
    expect(lineOf(frame(waiting, after(9), SIZE), "web -> prod")).not.toContain("after");
  });

  it("omits a transit copy that nothing waits for", () => {
    const board = boardOf(
      [0, planned(TRANSIT, "ami-1")],
      [0, planned(PROD, TRANSIT)],
      [1, { code: "CopyFound", node: PROD, imageId: "ami-3", state: "available", attempt: 1 }],
    );
    expect(frame(board, after(1), SIZE).join("\n")).not.toContain("transit");
  });

  it("estimates the speed of a copy that an earlier run started from what this run has observed", () => {
    const board = boardOf(
      [0, planned(PROD, "ami-1")],
      [0, { code: "CopyFound", node: PROD, imageId: "ami-2", state: "pending", attempt: 1 }],
      [1, progressed(PROD, 80)],
      [11, progressed(PROD, 90)],
    );
    expect(lineOf(frame(board, after(11), SIZE), "web -> prod")).toMatch(/ 90 +100 +1024 +10 s/);
  });

  it("shows failures first, with AWS's reason on one line", () => {
    const board = boardOf(
      [0, planned(PROD, "ami-1")],
      [0, planned(STAGING, "ami-1")],
      [0, starting(PROD)],
      [
        1,
        {
          code: "CopyDead",
          node: STAGING,
          imageId: "ami-9",
          state: "failed",
          reason: "Given key ID\nis not accessible",
        },
      ],
    );
    const [, first = ""] = frame(board, after(1), SIZE);
    expect(first).toContain("web -> staging eu-west-1");
    expect(first).toContain("Given key ID is not accessible");
  });

  it.each([20, 40, 60, 80, 200])(
    "never writes a line longer than %d characters, and always shows the copy's name",
    (columns) => {
      const board = boardOf(
        [0, planned(TRANSIT, "ami-1")],
        [0, planned(PROD, TRANSIT)],
        [0, planned(STAGING, TRANSIT)],
        [0, starting(TRANSIT)],
        [10, progressed(TRANSIT, 30, "AWS says something that is rather long ".repeat(9))],
      );
      const lines = frame(board, after(10), { ...SIZE, columns });
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
      expect(lines.some((line) => line.startsWith("web (transit) build"))).toBe(true);
    },
  );

  it("never draws more lines than the screen has, and counts what is hidden", () => {
    const board = boardOf(
      ...Array.from({ length: 300 }, (_, n) => [0, planned(`i${n}/final/prod/eu-west-1`, "ami-1")] as const),
      [0, starting("i299/final/prod/eu-west-1")],
    );
    const lines = frame(board, START, { ...SIZE, rows: 12 });
    expect(lines.length).toBeLessThan(12);
    expect(lines[1]).toContain("i299 -> prod eu-west-1");
    expect(lines.at(-2)).toBe("and 292 waiting");
    expect(lines.at(-1)).toContain("1 copying, 299 waiting, 0 of 30000 GiB");
  });

  it("is empty before a run has reported its copies", () => {
    expect(frame(new CopyBoard(), START, SIZE)).toEqual([]);
  });
});
