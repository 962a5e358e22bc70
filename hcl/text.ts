/** Pieces of Terraform's language, formatted as by `terraform fmt`. Each is text; the caller indents the lines after the first. */
export type Hcl = string;

/** Longest list that is written on one line. */
const LINE = 110;

export const isOneLine = (hcl: Hcl): boolean => !hcl.includes("\n");

export function indented(hcl: Hcl): Hcl {
  return hcl.replace(/^(?=.)/gm, "  ");
}

/** A literal text in quotes; expressions in it are kept. */
export function quoted(template: string): Hcl {
  return `"${escaped(template)}"`;
}

/** Escapes a literal part for use in quotes. */
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

/** Attributes, one on each line; the equals signs of consecutive single-line attributes are aligned. */
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

/** @param head text before the brace: `resource "aws_kms_key" "this"` */
export function block(head: string, ...parts: readonly Hcl[]): Hcl {
  const content = parts.filter((part) => part !== "").join("\n\n");
  return content === "" ? `${head} {}` : `${head} {\n${indented(content)}\n}`;
}

function keyOf(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key);
}
