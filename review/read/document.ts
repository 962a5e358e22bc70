import { canonicalDocument, documentProblems } from "@keyferry/evaluator";
import type { References } from "./references";
import { isBody, type StackResource } from "./stack-file";

/** A policy of one side. */
export interface ReadPolicy {
  /** Display name: `key policy of alias/app-data`. */
  readonly name: string;
  /** The document; undefined where it cannot be read before the deployment. */
  readonly document: object | undefined;
  /** Why it cannot be read, or which parts are known only after the deployment; each a sentence without a full stop. */
  readonly unread: readonly string[];
  /** Where it is written, for display. */
  readonly source: string;
  /** Equal for policies that are written identically, whether or not they can be read. */
  readonly written: string;
}

/** Reads the policy that an attribute of a resource holds, as text or as an object. */
export function readPolicy(
  references: References,
  { stack, type, id, body }: StackResource,
  attribute: string,
  name: string,
): ReadPolicy {
  const value = body[attribute];
  const source = `${stack}: ${type}.${id}`;
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const found = { name, source, written: text };
  const { text: resolved, unread } = references.resolve(stack, text);
  const why = unread.map((reference) => `${reference} is known only after the deployment`);
  const document = parsed(resolved);
  if (document === undefined) {
    return { ...found, document, unread: why.length > 0 ? why : ["it is not a policy document in JSON"] };
  }
  if (canonicalDocument(document) === undefined) {
    const problems = documentProblems(document).map((problem) => `AWS would refuse it: ${problem}`);
    return { ...found, document: undefined, unread: [...why, ...problems] };
  }
  return { ...found, document, unread: why };
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isBody(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
