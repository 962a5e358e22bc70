import { looksLikeCode } from "./error-code";

/**
 * Splits the output of a program into units, each of which contains at most one error: one of Terraform's boxes, a
 * block that begins with `Error:`, or a line of a log with the lines that continue it.
 */

/** Escape sequences of a terminal. Source: ECMA-48, CSI and OSC. */

const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g;
/** Their colours, where the escape character was lost or is written out; not a time such as `[1m30s elapsed]`. */
const LOST_ESCAPES = /(?:\^\[|\\(?:e|x1b|u001b|033))?\[(?:0|1|2|3|4|7|22|3[0-79]|9[0-7])m(?!\d)/gi;
const BOX_END = /^\s*╵/;
const BOX_START = /^\s*╷/;
const BOX_EDGE = /^\s*[│╷╵]\s?/;
const BLOCK_START = /^\W*Error: /;
/** What follows AWS's message: a stack trace, or the place in Terraform's configuration. */
const TAIL = /\n\s*(?:at |with \S+,\s*(?:\n|$)|on \S+ line \d+).*/s;
/** The last line of an error of the SDK for Go v1, after any prefix that the program puts before each line. */
const STATUS_LINE = /^.*?\bstatus code: \d+, request id:/;
/** What programs put before a line: Packer's builder, a time, a level. */
const PREFIX =
  /^\s*(?:==> )?([\w.-]+):\s+(?=\S)|^\s*\[?\d{4}-\d\d-\d\d[T ][\d:.,Z+]+\]?\s*(?:\[?(?:ERROR|WARN|INFO|DEBUG|FATAL)\]?:?\s*)?/;
/** A line that starts a new record and does not continue the previous one. */
const NEW_RECORD =
  /^\s*(?:==>|\[|\{|\}|#|\$ |Traceback|File "|\d{4}[-/]\d\d|(?:ERROR|WARN|INFO|DEBUG)\b|[\w.-]+: |An error occurred|\W*Error: |[╷│╵])/;
/** No error is longer; the rest of a longer line, or of a box without an end, is not read. */
const LONGEST_UNIT = 8_000;
const MOST_LINES = 200;
/** The most lines into which AWS's message may be wrapped. */
const MOST_WRAPPED = 4;

/** Typographic quotes, escape sequences and escaped line ends as plain text. */
export function cleanText(text: string): string {
  return text
    .replace(ESCAPES, "")
    .replace(LOST_ESCAPES, "")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\r/g, "")
    .replace(/\\n|\\t/g, " ");
}

/** The units of a text, each on one line. */
export function unitsOf(text: string): readonly string[] {
  const lines = text.split("\n");
  const units: string[] = [];
  for (let index = 0; index < lines.length;) {
    const length = Math.min(lengthOfUnit(lines, index), MOST_LINES);
    const unit = lines.slice(index, index + length);
    if (length > 0) units.push(oneLine(unit));
    index += Math.max(1, length);
  }
  return units.filter((unit) => unit !== "");
}

function lengthOfUnit(lines: readonly string[], start: number): number {
  const first = lines[start] ?? "";
  if (first.trim() === "") return 0;
  if (BOX_START.test(first)) return countUntil(lines, start, (line) => BOX_END.test(line)) + 1;
  if (BLOCK_START.test(first)) return lengthOfBlock(lines, start);
  return 1 + continuation(lines, start + 1);
}

/** From `Error:` to the next one: Terraform's own lines below it are indented, or separated by one blank line. */
function lengthOfBlock(lines: readonly string[], start: number): number {
  return (
    countUntil(
      lines,
      start + 1,
      (line, index) =>
        BLOCK_START.test(line) || (line.trim() === "" && !/^\s+\S/.test(lines[index + 1] ?? "")),
    ) + 1
  );
}

function continuation(lines: readonly string[], start: number): number {
  if (STATUS_LINE.test(lines[start] ?? "")) return 1;
  const isWrapped = (line: string) => line.trim() !== "" && !NEW_RECORD.test(line);
  const isEnd = (line: string, index: number) => !isWrapped(line) || index > start + MOST_WRAPPED;
  const wrapped = countUntil(lines, start, isEnd);
  if (wrapped > MOST_WRAPPED) return 0;
  return wrapped + (STATUS_LINE.test(lines[start + wrapped] ?? "") ? 1 : 0);
}

function countUntil(
  lines: readonly string[],
  start: number,
  isEnd: (line: string, index: number) => boolean,
): number {
  let index = start;
  while (index < lines.length && !isEnd(lines[index] ?? "", index)) index += 1;
  return index - start;
}

function withoutPrefix(line: string): string {
  return line.replace(PREFIX, (prefix, name?: string) =>
    name !== undefined && looksLikeCode(name) ? prefix : "",
  );
}

function oneLine(lines: readonly string[]): string {
  const plain = lines.map((line) => line.slice(0, LONGEST_UNIT).replace(BOX_EDGE, "").replace(BOX_END, ""));
  const isBlock = BLOCK_START.test(plain.find((line) => line.trim() !== "") ?? "");
  const text = isBlock
    ? plain.join("\n").replace(TAIL, "")
    : plain.map(withoutPrefix).join("\n").replace(TAIL, "");
  return text.slice(0, LONGEST_UNIT).replace(/\s+/g, " ").trim();
}
