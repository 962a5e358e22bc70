const LINE = 110;

/** JSON for documents, with each list on one line if it fits. */
export function jsonText(value: unknown, indent = "", taken = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => jsonText(item, inner));
    const short = `[${items.join(", ")}]`;
    return indent.length + taken + short.length < LINE ? short : block("[", items, "]", indent);
  }
  const members = Object.entries(value).map(([key, member]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${name}${jsonText(member, inner, name.length)}`;
  });
  return block("{", members, "}", indent);
}

function block(open: string, lines: readonly string[], close: string, indent: string): string {
  return `${open}\n${lines.map((line) => `${indent}  ${line}`).join(",\n")}\n${indent}${close}`;
}
