import { table } from "../../../scripts/report/table";

const IMAGE = "ami-0123456789abcdef0";
const KEY = "key/00000000-0000-4000-8000-000000000000";
const ROWS = [
  ["COPY JOB", "STATE", "IMAGE", "KEY", "SIZE", "PARAMETER"],
  ["web -> prod eu-central-1", "done", IMAGE, KEY, "28 GiB", "/images/web"],
  ["web -> staging eu-west-1", "failed", "-", "-", "0 GiB", "-"],
];
const linesOf = (text: string) => text.split("\n");

describe("a table", () => {
  it("is as wide as its cells without a screen, or if the screen is wide enough", () => {
    const [head = "", first = ""] = linesOf(table(ROWS));
    expect(head).toMatch(/^COPY JOB {18}STATE {3}IMAGE {18}KEY {39}SIZE {4}PARAMETER$/);
    expect(first).toMatch(/^web -> prod eu-central-1 {2}done {4}ami-/);
    expect(table(ROWS, first.length)).toBe(table(ROWS));
  });

  it("moves its widest columns below their rows if there is no room, and omits empty cells there", () => {
    expect(linesOf(table(ROWS, 100))).toEqual([
      "COPY JOB                  STATE   IMAGE                  SIZE    PARAMETER",
      `web -> prod eu-central-1  done    ${IMAGE}  28 GiB  /images/web`,
      `    key  ${KEY}`,
      "web -> staging eu-west-1  failed  -                      0 GiB   -",
    ]);
    expect(linesOf(table(ROWS, 60))).toEqual([
      "COPY JOB                  STATE   SIZE    PARAMETER",
      `web -> prod eu-central-1  done    28 GiB  /images/web`,
      `    image  ${IMAGE}`,
      `    key    ${KEY}`,
      "web -> staging eu-west-1  failed  0 GiB   -",
    ]);
  });

  it("breaks a text that is longer than the screen at spaces", () => {
    const rows = [
      ["ID", "WHY IT IS LEFT OVER"],
      [IMAGE, "the run of yesterday carries an image which no longer exists"],
    ];
    expect(linesOf(table(rows, 70))).toEqual([
      "ID",
      IMAGE,
      "    why it is left over  the run of yesterday carries an image which",
      "                         no longer exists",
    ]);
  });

  it.each([20, 40, 60, 80, 120])(
    "never cuts a cell, and fits %d characters if its longest cell does",
    (width) => {
      const text = table(ROWS, width);
      for (const cell of [IMAGE, KEY, "/images/web", "web -> prod eu-central-1", "28 GiB"])
        expect(text).toContain(cell);
      const longest = "    parameter  ".length + KEY.length;
      for (const line of linesOf(text)) expect(line.length).toBeLessThanOrEqual(Math.max(width, longest));
    },
  );

  it("without rows is an empty text", () => {
    expect(table([])).toBe("");
    expect(table([], 40)).toBe("");
  });
});
