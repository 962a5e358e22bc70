/** How an item of a list begins. */
const BULLET = "- ";

/**
 * Breaks a text at spaces into lines of at most `width` characters; a longer word gets its own line. Continuation lines of a list
 * item are aligned with its first word.
 */
export function wrap(text: string, width: number): readonly string[] {
  const hang = text.startsWith(BULLET) ? " ".repeat(BULLET.length) : "";
  const [first = "", ...words] = text.slice(hang.length).split(" ");
  const lines: string[] = [];
  let line = text.slice(0, hang.length) + first;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = hang + word;
    }
  }
  return [...lines, line];
}

/** The indentation of continuation lines. */
const HANG = "  ";

/**
 * Indents each line of a text, and breaks lines at the width of the screen.
 * @param columns characters in a line. @default - no line is broken
 */
export function hanging(text: string, columns = Number.POSITIVE_INFINITY, indent = ""): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const own = /^ */.exec(line)?.[0] ?? "";
      const set = indent + own;
      return wrap(line.slice(own.length), columns - set.length - HANG.length).map(
        (part, index) => set + (index === 0 ? "" : HANG) + part,
      );
    })
    .join("\n");
}

/** Below this width, text next to a label is hard to read. */
const LEAST_WIDTH = 32;

/**
 * Text in a column next to its label; on a narrow terminal below the label.
 * @param label with its indentation
 * @param width of the column of labels
 */
export function labelled(label: string, text: string, width: number, columns: number): string {
  const room = columns - width - 2;
  if (room < LEAST_WIDTH) {
    const indent = `${/^ */.exec(label)?.[0] ?? ""}    `;
    const lines = wrap(text, columns - indent.length).map((line) => indent + line);
    return (label.trim() === "" ? lines : [label, ...lines]).join("\n");
  }
  const [first = "", ...others] = wrap(text, room);
  const rest = others.map((line) => " ".repeat(width + 2) + line);
  return [`${label.padEnd(width)}  ${first}`.trimEnd(), ...rest].join("\n");
}
