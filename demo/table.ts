/** A table of text, columns as wide as their widest cell; a cell equal to the one above it is left blank. */
export function table<T extends object>(
  rows: readonly T[],
  headings: Readonly<Record<keyof T & string, string>>,
): string {
  const keys = Object.keys(headings) as (keyof T & string)[];
  const cells = rows.map((row, i) =>
    keys.map((key, k) => {
      const above = rows[i - 1];
      const repeats =
        above !== undefined && keys.slice(0, k + 1).every((earlier) => above[earlier] === row[earlier]);
      return repeats && k < keys.length - 1 ? "" : String(row[key]);
    }),
  );
  const all = [keys.map((key) => headings[key]), ...cells];
  const widths = keys.map((_key, k) => Math.max(...all.map((line) => (line[k] ?? "").length)));
  return all
    .map((line) =>
      line
        .map((cell, k) => cell.padEnd(widths[k] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
