import { labelled } from "./wrap";

type Row = readonly string[];

const GAP = "  ";

/**
 * Left-aligned columns, two spaces apart; the first row is the head. A table without rows is empty text. If the table is wider
 * than the screen, its widest columns move below their rows, each prefixed with its head; nothing is cut off.
 * @param columns characters in a line. @default - as many as the table needs
 */
export function table(rows: readonly Row[], columns = Number.POSITIVE_INFINITY): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const beneath = tooWide(widths, columns);
  const lineOf = (row: Row) =>
    row
      .map((cell, column) => (beneath.has(column) ? [] : [cell.padEnd(widths[column] ?? 0)]))
      .flat()
      .join(GAP)
      .trimEnd();
  const labels = [...beneath]
    .sort((a, b) => a - b)
    .map((column) => ({ column, label: labelOf(head, column) }));
  const width = Math.max(0, ...labels.map(({ label }) => label.length));
  const below = (row: Row) =>
    labels
      .filter(({ column }) => !EMPTY.includes(row[column] ?? ""))
      .map(({ column, label }) => labelled(label, row[column] ?? "", width, columns));
  return [lineOf(head), ...body.flatMap((row) => [lineOf(row), ...below(row)])]
    .slice(0, rows.length === 0 ? 0 : undefined)
    .join("\n");
}

/** Cells that are omitted when they are moved below their row. */
const EMPTY: readonly string[] = ["", "-"];

function labelOf(head: Row, column: number): string {
  return `${GAP}${GAP}${(head[column] ?? "").toLowerCase()}`;
}

/** The columns for which there is no room: the widest first, but never the first column, which identifies the row. */
function tooWide(widths: readonly number[], columns: number): ReadonlySet<number> {
  const beneath = new Set<number>();
  const staying = () =>
    widths.map((width, column) => ({ width, column })).filter(({ column }) => !beneath.has(column));
  const total = () =>
    staying().reduce((sum, { width }) => sum + width, 0) + GAP.length * (staying().length - 1);
  while (total() > columns && staying().length > 1) {
    const widest = staying()
      .slice(1)
      .reduce((wide, other) => (other.width >= wide.width ? other : wide));
    beneath.add(widest.column);
  }
  return beneath;
}
