import { ticks } from "../../../../scripts/report/page/scale";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const labels = (span: number) => ticks(span).map(({ label }) => label);

describe("the scale of a timeline", () => {
  it.each<[string, number, readonly string[]]>([
    ["one moment", 1, ["0 s"]],
    ["less than a second", 700, ["0 s", "0.2 s", "0.4 s", "0.6 s"]],
    ["two seconds", 2 * SECOND, ["0 s", "0.5 s", "1 s", "1.5 s", "2 s"]],
    ["some seconds", 7 * SECOND, ["0 s", "2 s", "4 s", "6 s"]],
    ["minutes", 5 * MINUTE, ["0 s", "2 min", "4 min"]],
    ["an hour and a half", 90 * MINUTE, ["0 s", "30 min", "1 h", "1 h 30 min"]],
    ["a night", 9 * HOUR, ["0 s", "3 h", "6 h", "9 h"]],
  ])("of %s has round times", (_what, span, expected) => {
    expect(labels(span)).toEqual(expected);
  });

  it("of any length has no duplicate labels, and none beyond its end", () => {
    for (let span = 1; span < 3000 * 24 * HOUR; span = Math.ceil(span * 1.1)) {
      const found = ticks(span);
      expect(new Set(found.map(({ label }) => label)).size).toBe(found.length);
      expect(found.length).toBeLessThanOrEqual(5);
      expect(found.at(-1)?.percent).toBeLessThanOrEqual(100);
      if (span >= 100) expect(found.length).toBeGreaterThan(1);
    }
  });
});
