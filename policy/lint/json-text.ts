/** Reads JSON as JSON.parse does, but also records positions and describes mistakes in words. Never throws. */

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

export interface JsonMistake extends Position {
  readonly what: string;
}

export interface JsonText {
  /** Undefined when the text is not JSON. */
  readonly value: unknown;
  readonly mistake?: JsonMistake;
  /** Where each value begins: `Statement[2].Principal.AWS[0]` -> position. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Names that occur twice in one object, by the place of the second: JSON parsers drop the first. */
  readonly duplicates: readonly { readonly place: string; readonly name: string }[];
}

/** Deeper than any policy; keeps the reader off the end of the call stack. */
const MAX_DEPTH = 200;

const CURLY_QUOTES = "\u2018\u2019\u201c\u201d";
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const WORDS: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Thrown inside this file only, and caught in `readJson`. */
class Unreadable {
  constructor(
    readonly at: number,
    readonly what: string,
  ) {}
}

export function readJson(text: string): JsonText {
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return { value, positions: reader.positions, duplicates: reader.duplicates };
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    const mistake = { ...positionOf(text, problem.at), what: problem.what };
    return { value: undefined, mistake, positions: new Map(), duplicates: [] };
  }
}

/** Place of a member or an element below a place. */
export function below(place: string, step: string | number): string {
  if (typeof step === "number") return `${place}[${step}]`;
  return place === "" ? step : `${place}.${step}`;
}

function positionOf(text: string, at: number): Position {
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

class Reader {
  readonly positions = new Map<string, Position>();
  readonly duplicates: { place: string; name: string }[] = [];
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(private readonly text: string) {
    if (text.startsWith("\ufeff")) this.at = 1;
  }

  document(): unknown {
    const value = this.value("", 0);
    this.space();
    if (this.at < this.text.length) this.fail(`${this.seen()} after the end of the document`);
    return value;
  }

  private value(place: string, depth: number): unknown {
    this.space();
    if (depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.positions.set(place, { line: this.line, column: this.at - this.lineStart + 1 });
    const next = this.text[this.at];
    if (next === "{") return this.object(place, depth);
    if (next === "[") return this.list(place, depth);
    if (next === '"') return this.string();
    return this.wordOrNumber();
  }

  private object(place: string, depth: number): unknown {
    const entries = new Map<string, unknown>();
    this.at++;
    for (let more = !this.take("}"); more; more = this.another("}", "an object")) {
      this.space();
      if (this.text[this.at] !== '"')
        this.fail(`${this.seen()} where a name in straight double quotes is expected`);
      const name = this.string();
      const member = below(place, name);
      if (entries.has(name)) this.duplicates.push({ place: member, name });
      if (!this.take(":")) this.fail(`${this.seen()} where the colon after "${name}" is expected`);
      entries.set(name, this.value(member, depth + 1));
    }
    return Object.fromEntries(entries);
  }

  private list(place: string, depth: number): unknown {
    const values: unknown[] = [];
    this.at++;
    for (let more = !this.take("]"); more; more = this.another("]", "a list")) {
      values.push(this.value(below(place, values.length), depth + 1));
    }
    return values;
  }

  /** After a member: true when a comma and another member follow, false at the end. */
  private another(end: string, what: string): boolean {
    if (this.take(",")) {
      this.space();
      if (this.text[this.at] === end) this.fail(`a comma before the end of ${what}`);
      return true;
    }
    if (this.take(end)) return false;
    return this.fail(`${this.seen()} where a comma or the end of ${what} ("${end}") is expected`);
  }

  private string(): string {
    const start = this.at++;
    let read = "";
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined || char === "\n") {
        this.fail("the string that begins here has no closing straight quote", start);
      }
      this.at++;
      if (char === '"') return read;
      if (char < " ") this.fail("a control character inside a string", this.at - 1);
      read += char === "\\" ? this.escape() : char;
    }
  }

  private escape(): string {
    const char = this.text[this.at++] ?? "";
    const known = ESCAPES[char];
    if (known !== undefined) return known;
    const hex = this.text.slice(this.at, this.at + 4);
    if (char !== "u" || !/^[0-9a-fA-F]{4}$/.test(hex)) {
      this.fail(`"\\${char}" is not an escape sequence of JSON`, this.at - 2);
    }
    this.at += 4;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private wordOrNumber(): unknown {
    const word = WORDS.find(([name]) => this.text.startsWith(name, this.at));
    if (word !== undefined) {
      this.at += word[0].length;
      return word[1];
    }
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.text)?.[0];
    if (number === undefined) return this.fail(`${this.seen()} where a value is expected`);
    this.at += number.length;
    return Number(number);
  }

  private take(char: string): boolean {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private space(): void {
    for (;;) {
      const char = this.text[this.at];
      if (char !== " " && char !== "\t" && char !== "\r" && char !== "\n") return;
      this.at++;
      if (char === "\n") {
        this.line++;
        this.lineStart = this.at;
      }
    }
  }

  /** What is at the current position, for a message. */
  private seen(): string {
    const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    if (this.at >= this.text.length) return "the end of the text";
    if (CURLY_QUOTES.includes(char)) return `a curly quote (${char})`;
    if (this.text.startsWith("//", this.at) || this.text.startsWith("/*", this.at)) return "a comment";
    return char === '"' ? "a string" : `"${char}"`;
  }

  private fail(what: string, at = this.at): never {
    throw new Unreadable(at, what);
  }
}
