import { sha256 } from "@keyferry/common";
import type { CompiledDocument } from "./compile";
import type { CompiledStatement } from "./compiled-statement";
import { isPublic } from "./public-policy";

/**
 * What decides in a document besides whom its statements name, which resources they list and what they ask of who asks: equal
 * for documents that differ in these alone, as the policies of one role in several accounts do. Which statements list the same
 * resources is part of it. A document that cannot be told so is like no other.
 */
export function outlineOf(document: object, { statements, problems }: CompiledDocument): string {
  if (problems.length > 0 || !listsDecide(statements)) return `only number ${(documents += 1)}`;
  const lists = resourceLists(statements).map(({ resourcesText }) => resourcesText);
  const parts = statements.map((statement) => [
    lists.indexOf(statement.resourcesText),
    statement.outline(PRINCIPAL_KEYS),
  ]);
  return sha256(JSON.stringify([isPublic(document), parts]));
}

let documents = 0;

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
