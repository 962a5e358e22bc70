import { types } from "node:util";
import type { Problem } from "./errors";
import { pathText } from "./path-text";
import { thrownText } from "./thrown";

/** A value of the user's as plain data: null, booleans, finite numbers, text, lists and objects of these. */
export interface PlainData {
  /** Null replaces values that are not data; objects have no prototype, so that every name is only what the user wrote. */
  readonly data: unknown;
  /** All values that are not data. */
  readonly problems: readonly Problem[];
}

/** More than any Keyferry file needs; deeper nesting could overflow the call stack of a reader. */
const MAX_DEPTH = 16;
/** Many times the values of a topology of fifty accounts; shared parts are written once and can count thousands of times. */
const MAX_VALUES = 100_000;
/** An empty list can have any length. */
const MAX_PLACES = 10_000;
/** The longest text in a topology that AWS accepts is user data, with 16 KiB. */
const MAX_TEXT = 65_536;
/** More are not useful to a reader, and finding them takes time. */
const MAX_PROBLEMS = 1000;

const DATA = "text, numbers, true, false, lists and objects";

/**
 * The boundary between values from a user's program and values that Keyferry uses. A value that has passed it cannot run the
 * user's code, change when it is read again, refer to itself, or be endless.
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
  /** Objects that contain the value being copied, with the length of the path to them. */
  private readonly around = new Map<object, number>();
  private values = 0;

  copy(value: unknown): unknown {
    this.values += 1;
    if (this.values > MAX_VALUES || this.problems.length >= MAX_PROBLEMS) {
      return this.values === MAX_VALUES + 1
        ? this.refuse("it has more values than can be read", `at most ${MAX_VALUES} values`)
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
      ? this.refuse("it contains half a character (a UTF-16 surrogate without its other half)")
      : text;
  }

  private copyObject(value: object): unknown {
    const kind = kindOf(value);
    if (kind !== undefined) return this.refuse(`${kind} cannot be used`, DATA);
    const outer = this.around.get(value);
    if (outer !== undefined) {
      const where = pathText(this.path.slice(0, outer));
      return this.refuse(
        `it refers back to a value that contains it: ${where}`,
        "data without circular references",
      );
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
      return this.refuse(`the list has ${list.length} elements`, `at most ${MAX_PLACES}`);
    }
    for (const key of Reflect.ownKeys(list)) {
      if (key !== "length" && !isIndex(key)) {
        this.at(nameOf(key), () => this.refuse("a list has elements and no named properties", "[ ... ]"));
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
        // A setting with the value undefined counts as not set.
        if (value !== undefined) copy[key] = value;
      });
    }
    return copy;
  }

  /** Reads a property once. @returns undefined if that is its value */
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

/** What an object is, if it is not data. Runs no code of the object itself. */
function kindOf(value: object): string | undefined {
  if (types.isProxy(value)) return "a proxy";
  const known = TYPES.find(([is]) => is(value));
  if (known !== undefined) return known[1];
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return undefined;
  // The prototypes of another realm, such as a test's, count as plain too.
  const beyond = types.isProxy(prototype) ? prototype : (Object.getPrototypeOf(prototype) as object | null);
  const isPlain = Array.isArray(value)
    ? Array.isArray(prototype) &&
      beyond !== null &&
      !types.isProxy(beyond) &&
      Object.getPrototypeOf(beyond) === null
    : beyond === null && Object.hasOwn(prototype, "isPrototypeOf");
  return isPlain ? undefined : "an object with its own prototype, such as an instance of a class,";
}

const TYPES: readonly (readonly [(value: unknown) => boolean, string])[] = [
  [types.isPromise, "a promise"],
  [types.isMap, "a Map"],
  [types.isSet, "a Set"],
  [types.isDate, "a Date"],
  [types.isRegExp, "a regular expression"],
  [types.isNativeError, "an error"],
  [types.isBoxedPrimitive, "an object created with new from a primitive value"],
  [types.isAnyArrayBuffer, "a buffer"],
  [ArrayBuffer.isView, "a buffer"],
];

function isIndex(key: PropertyKey): boolean {
  return typeof key === "string" && /^(0|[1-9][0-9]*)$/.test(key);
}

function nameOf(key: PropertyKey): string {
  return typeof key === "symbol" ? `[${key.description ?? "symbol"}]` : String(key);
}
