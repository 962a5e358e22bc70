import { isRecord } from "@keyferry/common";
/** How the AWS CLI prints policies, outermost member first: `get-key-policy`, `get-role`, `get-policy-version`, ... */
const WRAPPERS: readonly (readonly string[])[] = [
  ["Policy"],
  ["PolicyDocument"],
  ["PolicyVersion", "Document"],
  ["Role", "AssumeRolePolicyDocument"],
  ["AssumeRolePolicyDocument"],
];

export interface Unwrapped {
  /** The policy, or its text if the CLI prints it as text. */
  readonly document: unknown;
  /** Path of the policy within the given value; empty when the value is the policy itself. */
  readonly path: readonly string[];
}

/** The policy inside the CLI's output; any other value is returned unchanged. */
export function unwrap(given: unknown): Unwrapped {
  for (const path of WRAPPERS) {
    const document = path.reduce<unknown>((at, name) => memberOf(at, name), given);
    if (typeof document === "string" || isRecord(document)) {
      if (memberOf(given, "Statement") === undefined) return { document: decode(document), path };
    }
  }
  return { document: given, path: [] };
}

/** IAM returns policies URL-encoded; a caller may not have decoded them. */
function decode(document: unknown): unknown {
  if (typeof document !== "string" || !document.startsWith("%7B")) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}

/** An own member of an object; undefined if it does not exist. */
export function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
