import type { Context } from "./context";
import { holds } from "./conditions";
import type { Element, ReadStatement } from "./document";
import { matchesArn, matchesPattern, wildcards } from "./pattern";
import type { AccessRequest } from "./types";
import { expand } from "./variables";

/** Trust policies have no Resource: they speak of their role. Everywhere else a statement without one has no effect. */
export type ResourceElement = "required" | "absent";

/** Whether a statement speaks of the request's action and resource and its conditions hold; who asks is not looked at. */
export function applies(
  statement: ReadStatement,
  request: AccessRequest,
  context: Context,
  resourceElement: ResourceElement,
): boolean {
  return (
    matchesAction(statement.actions, request.action) &&
    matchesResource(statement, request.resource, context, resourceElement) &&
    statement.conditions.every((condition) => holds(condition, context, statement.variables))
  );
}

/** Names of services and actions have no case. Source: IAM user guide, "IAM JSON policy elements: Action". */
function matchesAction(actions: Element | undefined, action: string): boolean {
  if (actions === undefined) return false;
  const asked = action.toLowerCase();
  const listed = actions.values.some((value) => matchesPattern(wildcards(value.toLowerCase()), asked));
  return listed !== actions.negated;
}

function matchesResource(
  { resources, variables }: ReadStatement,
  resource: string,
  context: Context,
  resourceElement: ResourceElement,
): boolean {
  if (resources === undefined || resourceElement === "absent") {
    return resources === undefined && resourceElement === "absent";
  }
  const listed = resources.values.some((value) => {
    const pattern = variables ? expand(value, context) : wildcards(value);
    return pattern !== undefined && matchesArn(pattern, resource);
  });
  return listed !== resources.negated;
}
