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
  /** The policy, or its text where the CLI prints it as text. */
  readonly document: unknown;
  /** Path of the policy within what was given; empty when it was bare. */
  readonly path: readonly string[];
}

/** The policy inside the CLI's answer; anything else comes back as it is. */
export function unwrap(given: unknown): Unwrapped {
  for (const path of WRAPPERS) {
    const document = path.reduce<unknown>((at, name) => memberOf(at, name), given);
    if (typeof document === "string" || isRecord(document)) {
      if (memberOf(given, "Statement") === undefined) return { document: decode(document), path };
    }
  }
  return { document: given, path: [] };
}

/** IAM answers with policies in URL encoding where the caller does not decode them. */
function decode(document: unknown): unknown {
  if (typeof document !== "string" || !document.startsWith("%7B")) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}

/** An own member of an object; undefined where there is none. */
export function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
