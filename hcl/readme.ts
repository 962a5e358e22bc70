import type { ModuleDeclaration, Output } from "./declaration";
import type { Input } from "./input";

/** Versions that a module supports. */
export interface Versions {
  readonly terraform: string;
  readonly provider: string;
}

/** The README of a module, in the format of the Terraform Registry. */
export function readme(
  { name, description, notes, inputs, example }: ModuleDeclaration,
  outputs: Readonly<Record<string, Output>>,
  { terraform, provider }: Versions,
): string {
  return `${[
    `# ${name}`,
    "<!-- Generated from the constructs of Keyferry by `npm run modules`; do not edit. -->",
    description,
    "```hcl",
    example.trim(),
    "```",
    `In a project of your own \`source\` is the repository with the release that you use: \`git::https://HOST/keyferry.git//modules/${name}?ref=v0.1.0\`.`,
    notes,
    "## Inputs",
    table(["name", "type", "default", "description"], inputs.map(inputRow)),
    "## Outputs",
    table(
      ["name", "description"],
      Object.entries(outputs).map(([output, definition]) => [`\`${output}\``, definition.description]),
    ),
    "## Requirements",
    `Terraform ${terraform}, provider hashicorp/aws ${provider}.`,
  ].join("\n\n")}\n`
    .replace(/```hcl\n\n/g, "```hcl\n")
    .replace(/\n\n```\n/g, "\n```\n");
}

function inputRow(input: Input): readonly string[] {
  return [
    `\`${input.name}\``,
    `\`${input.type.replace(/\s+/g, " ")}\``,
    input.default === undefined ? "required" : `\`${input.default}\``,
    input.description,
  ];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replace(/\|/g, "\\|")).join(" | ")} |`)
    .join("\n");
}
