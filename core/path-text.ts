/** Maximum length of a name in a path in a message. */
const SHOWN = 60;

/** A place in the user's input, as the user would write it: `images.web.to[0]`. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === "number") return `${before}[${part}]`;
    return before === "" ? nameText(part) : `${before}.${nameText(part)}`;
  }, "");
  return text === "" ? "(top level)" : text;
}

function nameText(part: PropertyKey): string {
  const text = String(part);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
