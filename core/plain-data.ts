import { types } from "node:util";
import type { Problem } from "./errors";
import { pathText } from "./path-text";
import { thrownText } from "./thrown";

/** What a value of the user's comes to as plain data: null, booleans, finite numbers, text, lists and objects of these. */
export interface PlainData {
  /** Null stands where something is no data; objects have no prototype, so that no name means more than what was written. */
  readonly data: unknown;
  /** Everything that is no data. */
  readonly problems: readonly Problem[];
}

/** More than any file of Keyferry's has; a list of lists of ... would exhaust the stack of whoever reads it. */
const MAX_DEPTH = 16;
/** Many times what a topology of fifty accounts has; shared parts are written once and count thousands of times. */
const MAX_VALUES = 100_000;
/** A list may say that it is long without holding anything. */
const MAX_PLACES = 10_000;
/** The longest text that AWS takes of a topology is user data, with 16 KiB. */
const MAX_TEXT = 65_536;
/** Nobody reads more, and finding them takes time. */
const MAX_PROBLEMS = 1000;

const DATA = "text, numbers, true, false, lists and objects";

/**
 * The border between what a user's program made and what is worked with. Nothing behind it can run code of the user's, has
 * another shape when it is read again, refers to itself, or is endless.
 */
export function plainData(input: unknown): PlainData {
  const copier = new Copier();
  const data = copier.copy(input);
  return { data, problems: copier.problems };
}

class Copier {
  readonly problems: Problem[] = [];
  /** Where the value being copied is. */
  private readonly path: (string | number)[] = [];
  /** Objects in which the value being copied is, with the length of the path to them. */
  private readonly around = new Map<object, number>();
  private values = 0;

  copy(value: unknown): unknown {
    this.values += 1;
    if (this.values > MAX_VALUES || this.problems.length >= MAX_PROBLEMS) {
      return this.values === MAX_VALUES + 1
        ? this.refuse("there is more than can be read", `at most ${MAX_VALUES} values`)
        : null;
    }
    switch (typeof value) {
      case "string":
        return this.copyText(value);
      case "number":
        return Number.isFinite(value) ? value : this.refuse(`${value} is not a number`, "a finite number");
      case "boolean":
        return value;
      case "undefined":
        return this.refuse("it is missing");
      case "object":
        return value === null ? null : this.copyObject(value);
      case "bigint":
        return this.refuse("a BigInt cannot be used", DATA);
      case "symbol":
      case "function":
        return this.refuse(`a ${typeof value} cannot be used`, DATA);
    }
  }

  private copyText(text: string): string | null {
    if (text.length > MAX_TEXT) {
      return this.refuse(`it has ${text.length} characters`, `at most ${MAX_TEXT} characters`);
    }
    return /[\ud800-\udfff]/u.test(text)
      ? this.refuse("it holds half a character (a UTF-16 surrogate without its other half)")
      : text;
  }

  private copyObject(value: object): unknown {
    const kind = kindOf(value);
    if (kind !== undefined) return this.refuse(`${kind} cannot be used`, DATA);
    const outer = this.around.get(value);
    if (outer !== undefined) {
      const where = pathText(this.path.slice(0, outer));
      return this.refuse(`it refers back to what it stands in: ${where}`, "data that ends");
    }
    if (this.path.length === MAX_DEPTH) {
      return this.refuse("it is nested too deeply", `at most ${MAX_DEPTH} levels`);
    }
    this.around.set(value, this.path.length);
    const copy = Array.isArray(value) ? this.copyList(value) : this.copyRecord(value);
    this.around.delete(value);
    return copy;
  }

  private copyList(list: readonly unknown[]): unknown {
    if (list.length > MAX_PLACES) {
      return this.refuse(`the list has ${list.length} places`, `at most ${MAX_PLACES}`);
    }
    for (const key of Reflect.ownKeys(list)) {
      if (key !== "length" && !isIndex(key)) {
        this.at(nameOf(key), () => this.refuse("a list has places, and no names", "[ ... ]"));
      }
    }
    return Array.from({ length: list.length }, (_, index) =>
      this.at(index, () => this.copyPlace(list, index)),
    );
  }

  private copyPlace(list: readonly unknown[], index: number): unknown {
    const copy = this.copyProperty(list, index);
    return copy === undefined ? this.refuse("it is missing") : copy;
  }

  private copyRecord(record: object): object {
    const copy = Object.create(null) as Record<string, unknown>;
    for (const key of Reflect.ownKeys(record)) {
      if (Object.getOwnPropertyDescriptor(record, key)?.enumerable !== true) continue;
      this.at(nameOf(key), () => {
        if (typeof key === "symbol") return this.refuse("a symbol cannot be a name", "text");
        if (key === "__proto__") return this.refuse("this name cannot be used");
        const value = this.copyProperty(record, key);
        // A setting that is undefined is one that is left out.
        if (value !== undefined) copy[key] = value;
      });
    }
    return copy;
  }

  /** Reads a property once. @returns undefined where that is its value */
  private copyProperty(owner: object, key: string | number): unknown {
    let value: unknown;
    try {
      value = (owner as Record<string | number, unknown>)[key];
    } catch (error) {
      return this.refuse(`it cannot be read: ${thrownText(error)}`);
    }
    return value === undefined ? undefined : this.copy(value);
  }

  private at<T>(step: string | number, work: () => T): T {
    this.path.push(step);
    const result = work();
    this.path.pop();
    return result;
  }

  private refuse(what: string, allowed?: string): null {
    this.problems.push({ path: pathText(this.path), what, ...(allowed === undefined ? {} : { allowed }) });
    return null;
  }
}

/** What an object is, if it is not data. Asks nothing of the object itself. */
function kindOf(value: object): string | undefined {
  if (types.isProxy(value)) return "a proxy";
  const known = TYPES.find(([is]) => is(value));
  if (known !== undefined) return known[1];
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return undefined;
  // The prototypes of another realm, as of a test's, are as plain as one's own.
  const beyond = types.isProxy(prototype) ? prototype : (Object.getPrototypeOf(prototype) as object | null);
  const isPlain = Array.isArray(value)
    ? Array.isArray(prototype) &&
      beyond !== null &&
      !types.isProxy(beyond) &&
      Object.getPrototypeOf(beyond) === null
    : beyond === null && Object.hasOwn(prototype, "isPrototypeOf");
  return isPlain ? undefined : "an object with a prototype of its own, as instances of classes are,";
}

const TYPES: readonly (readonly [(value: unknown) => boolean, string])[] = [
  [types.isPromise, "a promise"],
  [types.isMap, "a Map"],
  [types.isSet, "a Set"],
  [types.isDate, "a Date"],
  [types.isRegExp, "a regular expression"],
  [types.isNativeError, "an error"],
  [types.isBoxedPrimitive, "an object made with new from a primitive value"],
  [types.isAnyArrayBuffer, "a buffer"],
  [ArrayBuffer.isView, "a buffer"],
];

function isIndex(key: PropertyKey): boolean {
  return typeof key === "string" && /^(0|[1-9][0-9]*)$/.test(key);
}

function nameOf(key: PropertyKey): string {
  return typeof key === "symbol" ? `[${key.description ?? "symbol"}]` : String(key);
}
