import { byValue, derived, sha256 } from "@keyferry/common";
import type { CompiledStatement } from "./compiled-statement";

/**
 * What decides in statements besides whom they name, which resources they list and what they ask of who asks: equal where they
 * differ in these alone, as the policies of one role in several accounts do. Which statements list the same resources is part of it.
 */
export function outlineOf(statements: readonly CompiledStatement[]): string {
  const lists = [...new Set(statements.map(({ resourcesText }) => resourcesText))];
  return statements
    .map((statement) => `${lists.indexOf(statement.resourcesText)} ${numberOfOne(statement)}`)
    .join();
}

/** Equal for statements that decide alike but for all this. */
const numberOfOne = derived((statement: CompiledStatement) =>
  numberOf(sha256(JSON.stringify(statement.outline(PRINCIPAL_KEYS)))),
);

let known = 0;
const numberOf = byValue<string, number>(() => (known += 1));

/** Whether nothing of a resource decides but in which of the lists it is. */
export function listsDecide(statements: readonly CompiledStatement[]): boolean {
  return !statements.some((statement) => statement.hasVariables || statement.hasConditionOn(RESOURCE_KEYS));
}

/** One statement for each list of resources. */
export function resourceLists(statements: readonly CompiledStatement[]): readonly CompiledStatement[] {
  return [...new Map(statements.map((statement) => [statement.resourcesText, statement])).values()];
}

/** Condition keys that follow from the resource, in lower case. */
const RESOURCE_KEYS: ReadonlySet<string> = new Set(["aws:resourceaccount"]);

/** Condition keys that follow from who asks, in lower case. Source: IAM user guide, "AWS global condition context keys". */
export const PRINCIPAL_KEYS: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:username",
  "kms:calleraccount",
]);
