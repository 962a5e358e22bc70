import { byValue } from "@keyferry/common";
import type { SomeActions } from "@keyferry/evaluator";
import { needlessOn } from "./other-actions";
import { serviceOf } from "./refuser";

/** The policies of two accounts never say the same of all actions of these, because conditions name the account. */
const DIFFERENT_BY_ACCOUNT: ReadonlySet<string> = new Set(["ec2"]);

/**
 * For what a caller's policies are looked at when actions of one service are asked, and those that are not needed beside them: for the
 * whole service, which is looked at once, or where the policies of two accounts would then never be alike, for these actions.
 */
export function actionsAround(asked: readonly string[]): SomeActions {
  const [first = ""] = asked;
  const service = serviceOf(first);
  return DIFFERENT_BY_ACCOUNT.has(service)
    ? some([...new Set([...asked, ...needlessOn(first)])])
    : every(service);
}

const every = byValue((service: string): SomeActions => ({ service }));

const some = byValue(
  (names: readonly string[]): SomeActions => ({ names }),
  (names) => names.join(),
);
