import { byValue, derived, sha256 } from "@keyferry/common";
import type { CompiledStatement } from "./compiled-statement";

/**
 * The parts of statements that decide, apart from the principals, the resources and the conditions on the caller: equal
 * for policies that differ only in these, such as the policies of one role in several accounts. Which statements list
 * the same resources is included.
 */
export function outlineOf(statements: readonly CompiledStatement[]): string {
  const lists = [...new Set(statements.map(({ resourcesText }) => resourcesText))];
  return statements
    .map((statement) => `${lists.indexOf(statement.resourcesText)} ${numberOfOne(statement)}`)
    .join();
}

/** Equal for statements that decide alike except for all this. */
const numberOfOne = derived((statement: CompiledStatement) =>
  numberOf(sha256(JSON.stringify(statement.outline(PRINCIPAL_KEYS)))),
);

let known = 0;
const numberOf = byValue<string, number>(() => (known += 1));

/** Whether the only thing about a resource that matters is which of the lists it is in. */
export function listsDecide(statements: readonly CompiledStatement[]): boolean {
  return !statements.some((statement) => statement.hasVariables || statement.hasConditionOn(RESOURCE_KEYS));
}

/** One statement for each list of resources. */
export function resourceLists(statements: readonly CompiledStatement[]): readonly CompiledStatement[] {
  return [...new Map(statements.map((statement) => [statement.resourcesText, statement])).values()];
}

/** Condition keys that follow from the resource, in lower case. */
const RESOURCE_KEYS: ReadonlySet<string> = new Set(["aws:resourceaccount"]);

/** Condition keys that follow from the caller, in lower case. Source: IAM user guide, "AWS global condition context keys". */
export const PRINCIPAL_KEYS: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:username",
  "kms:calleraccount",
]);
