import { byValue } from "@keyferry/common";
import type { SomeActions } from "@keyferry/evaluator";
import { needlessOn } from "./other-actions";
import { serviceOf } from "./refuser";

/** Services for whose actions the policies of two accounts always differ, because conditions name the account. */
const DIFFERENT_BY_ACCOUNT: ReadonlySet<string> = new Set(["ec2"]);

/**
 * The actions for which a caller's policies are compared when some actions of one service, and the ones that are not needed, are
 * evaluated: the whole service, which is compared once; or only these actions, if the policies of two accounts always differ in the service.
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
