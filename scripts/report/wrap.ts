/** How an item of a list begins. */
const BULLET = "- ";

/**
 * Breaks a text into lines of at most `width` characters where it has spaces; a longer word keeps a line for itself. An
 * item of a list goes on below its first word.
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

/** What a text that goes on in another line is set in by. */
const HANG = "  ";

/**
 * A text of one line or more, each set in, and broken where the screen ends.
 * @param columns characters in a line. @default - none is broken
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

/** Narrower than this, text beside a label is no longer pleasant to read. */
const LEAST_WIDTH = 32;

/**
 * Text beside its label, all of it in one column; on a narrow terminal below the label.
 * @param label with its indentation
 * @param width of the column of labels
 */
export function beside(label: string, text: string, width: number, columns: number): string {
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
