import { jsonText } from "../policy/json-doc";
import { renderPolicy, type RenderTarget } from "../policy/render";
import { statementsOf, type Basis, type PermissionRow } from "../policy/row";
import type { Part } from "./permissions-part";

/** The reason for a row of each basis. */
export const BASES: Readonly<Record<Basis, string>> = {
  enforced: "AWS refuses the operation without it",
  documented: "AWS's documentation requires it; no refusal has been observed without it",
};

/** Placeholders that describe the ids in their places. */
const PLACEHOLDERS: RenderTarget = {
  keyArn: ({ account, region, alias }) => `ARN of ${alias} in ${account} ${region}`,
  text: (value) => value,
};

/** The part as Markdown: its table of statements, then each of them. @returns paragraphs */
export function partText<Scope>(part: Part<Scope>): readonly string[] {
  return [
    `## ${part.title}`,
    part.about,
    overview(part.rows),
    ...part.rows.flatMap((row) => rowText(row, part.scopes)),
  ];
}

function overview<Scope>(rows: readonly PermissionRow<Scope>[]): string {
  const cells = [
    ["statement", "basis", "actions"],
    ...rows.map(({ id, basis, actions }) => [
      `[${id}](#${id.toLowerCase()})`,
      basis,
      actions.map((action) => `\`${action}\``).join(", "),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

function rowText<Scope>(
  row: PermissionRow<Scope>,
  scopes: Readonly<Record<string, Scope>>,
): readonly string[] {
  const applying = Object.entries(scopes).filter(([, scope]) => row.grant(scope) !== undefined);
  const [statement] = applying.flatMap(
    ([, scope]) => renderPolicy(statementsOf([row], scope), PLACEHOLDERS).Statement,
  );
  return [
    `### ${row.id}`,
    `${sentence(row.why)} _${row.basis}_: ${BASES[row.basis]}. Source: ${row.source}.`,
    `In: ${applying.map(([name]) => name).join("; ")}.`,
    `\`\`\`json\n${jsonText(statement)}\n\`\`\``,
  ];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
