/** Pieces of Terraform's language as `terraform fmt` lays them out. Each is text; lines below the first are indented by who puts them somewhere. */
export type Hcl = string;

/** Longest list that stands on one line. */
const LINE = 110;

export const isOneLine = (hcl: Hcl): boolean => !hcl.includes("\n");

export function indented(hcl: Hcl): Hcl {
  return hcl.replace(/^(?=.)/gm, "  ");
}

/** A text that is what it says, in quotes; expressions in it stay. */
export function quoted(template: string): Hcl {
  return `"${escaped(template)}"`;
}

/** What quotes need of a literal part. */
export function escaped(literal: string): string {
  return literal
    .replace(/\\/g, "\\\\")
    .replace(/"/g, '\\"')
    .replace(/\n/g, "\\n")
    .replace(/\t/g, "\\t")
    .replace(/\r/g, "\\r");
}

export function list(items: readonly Hcl[]): Hcl {
  const line = `[${items.join(", ")}]`;
  if (items.every(isOneLine) && line.length <= LINE) return line;
  return `[\n${items.map((item) => `${indented(item)},\n`).join("")}]`;
}

export function call(name: string, args: readonly Hcl[]): Hcl {
  const [only] = args;
  if (args.length === 1 && only !== undefined) return `${name}(${only})`;
  const line = `${name}(${args.join(", ")})`;
  if (args.every(isOneLine) && line.length <= LINE) return line;
  return `${name}(\n${args.map((arg) => `${indented(arg)},\n`).join("")})`;
}

export function object(entries: readonly (readonly [string, Hcl])[]): Hcl {
  if (entries.length === 0) return "{}";
  return `{\n${indented(assignments(entries.map(([key, value]) => [keyOf(key), value])))}\n}`;
}

/** Attributes, one a line; those that follow each other on one line each have their signs below each other. */
export function assignments(entries: readonly (readonly [string, Hcl])[]): Hcl {
  const lines: Hcl[] = [];
  let group: (readonly [string, Hcl])[] = [];
  const close = () => {
    const width = Math.max(0, ...group.map(([name]) => name.length));
    lines.push(...group.map(([name, value]) => `${name.padEnd(width)} = ${value}`));
    group = [];
  };
  for (const entry of entries) {
    if (isOneLine(entry[1])) group.push(entry);
    else {
      close();
      lines.push(`${entry[0]} = ${entry[1]}`);
    }
  }
  close();
  return lines.join("\n");
}

/** @param head what stands before the brace: `resource "aws_kms_key" "this"` */
export function block(head: string, ...parts: readonly Hcl[]): Hcl {
  const content = parts.filter((part) => part !== "").join("\n\n");
  return content === "" ? `${head} {}` : `${head} {\n${indented(content)}\n}`;
}

function keyOf(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key);
}
