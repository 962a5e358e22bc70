import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";
import { below, type JsonMistake, type Position } from "../json-text";

export interface TemplateText {
  /** With every short form (`!Ref`) in its long form (`{"Ref": ...}`); undefined when the text is not YAML. */
  readonly value: unknown;
  /** Where each value begins, by its place in `value`. */
  readonly positions: ReadonlyMap<string, Position>;
  readonly mistake?: JsonMistake;
}

/** Deeper than any template; keeps the reader from overflowing the call stack. */
const MAX_DEPTH = 200;
/** An anchor can refer to a value that contains anchors; a template of CloudFormation's maximum of 1 MB has fewer values. */
const MAX_VALUES = 50_000;
/** Each level of a block is at least one column further to the right. */
const DEEP_LINE = new RegExp(`^(?: |[-?:] ){${MAX_DEPTH},}`, "m");
const TOO_MUCH = `it has more than ${MAX_VALUES} values, or is nested deeper than ${MAX_DEPTH} levels`;
/** These have no `Fn::` before their names. */
const BARE_FUNCTIONS: readonly string[] = ["Ref", "Condition"];

/** Reads a template in YAML or in JSON, which is also valid YAML. Never throws. */
export function readTemplate(text: string): TemplateText {
  if (nestsTooDeeply(text)) return unreadable(TOO_MUCH, { line: 1, col: 1 });
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) return unreadable(error.message, lines.linePos(error.pos[0]));
    const reader = new Reader(lines);
    const value = reader.value(document.contents, "", 0);
    return reader.tooMuch
      ? unreadable(TOO_MUCH, { line: 1, col: 1 })
      : { value, positions: reader.positions };
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error), { line: 1, col: 1 });
  }
}

/**
 * Checks the text alone, before the YAML parser reads it: V8 ends the whole process, without an error that can be caught,
 * when a regular expression is compiled at the end of the call stack.
 */
function nestsTooDeeply(text: string): boolean {
  let brackets = 0;
  for (const char of text) {
    if (char === "[" || char === "{") brackets++;
    if ((char === "]" || char === "}") && brackets > 0) brackets--;
    if (brackets > MAX_DEPTH) return true;
  }
  return DEEP_LINE.test(text);
}

function unreadable(what: string, { line, col }: { line: number; col: number }): TemplateText {
  return { value: undefined, positions: new Map(), mistake: { what, line, column: col } };
}

class Reader {
  readonly positions = new Map<string, Position>();
  tooMuch = false;
  /** In the order of the text: an alias refers to the last anchor of its name before it. */
  private readonly anchors = new Map<string, Node>();

  constructor(private readonly lines: LineCounter) {}

  value(node: unknown, place: string, depth: number): unknown {
    if (!isNode(node)) return undefined;
    this.tooMuch ||= depth > MAX_DEPTH || this.positions.size > MAX_VALUES;
    if (this.tooMuch) return undefined;
    const { line, col } = this.lines.linePos(node.range?.[0] ?? 0);
    this.positions.set(place, { line, column: col });
    if (isAlias(node)) return this.value(this.anchors.get(node.source), place, depth + 1);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const name = functionOf(node.tag);
    if (name === undefined) return this.plain(node, place, depth);
    const argument = this.plain(node, below(place, name), depth + 1);
    return { [name]: name === "Fn::GetAtt" && typeof argument === "string" ? dotted(argument) : argument };
  }

  private plain(node: unknown, place: string, depth: number): unknown {
    if (isSeq(node)) {
      return node.items.map((item, index) => this.value(item, below(place, index), depth + 1));
    }
    if (isMap(node)) {
      return Object.fromEntries(
        node.items.map(({ key, value }) => {
          const name = String(isScalar(key) ? key.value : "");
          return [name, this.value(value, below(place, name), depth + 1)];
        }),
      );
    }
    if (!isScalar(node)) return undefined;
    // An account id is a string, whether or not it is quoted.
    return typeof node.value === "number" ? (node.source ?? String(node.value)) : node.value;
  }
}

/** `!Sub` -> `Fn::Sub`; undefined for YAML's own tags. */
function functionOf(tag: string | undefined): string | undefined {
  if (tag === undefined || !/^![A-Za-z0-9]+$/.test(tag)) return undefined;
  const name = tag.slice(1);
  return BARE_FUNCTIONS.includes(name) ? name : `Fn::${name}`;
}

/** `Key.Arn` -> `["Key", "Arn"]`; an attribute's own name may have dots. */
function dotted(text: string): readonly string[] {
  const dot = text.indexOf(".");
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
