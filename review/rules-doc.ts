import { RULES } from "./rules";

const BEGIN = "<!-- rules: written by npm run docs -->";
const END = "<!-- end of rules -->";

/** A page with the table of the rules between its two markers. */
export function withRules(page: string): string {
  const rows = RULES.map(({ id, description, severity }) => [`\`${id}\``, description, severity]);
  const table = [["rule", "finds", "severity"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = table;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const written = [line(head), rule, ...body.map(line)].join("\n");
  const before = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  return `${before}\n\n${written}\n\n${page.slice(page.indexOf(END))}`;
}
