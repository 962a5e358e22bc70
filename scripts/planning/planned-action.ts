import type { Place } from "../../topology";
import type { PlannedAction } from "../engine/results";
import type { Action } from "./actions";

/** An action in the form of `plan`. @param source the place of the rule's source image */
export function plannedAction(source: Place, action: Action): PlannedAction {
  const { id, needs, after } = action;
  return {
    id,
    do: action.do,
    ...placeOf(source, action),
    ...("accounts" in action ? { with: action.accounts } : {}),
    ...(action.do === "end-transit" ? { removes: !action.isAwaited } : {}),
    needs,
    after,
  };
}

function whereOf(source: Place, action: Action): Place {
  if ("node" in action) return action.node.place;
  if ("share" in action) return action.share.place;
  return "owner" in action ? action.owner : source;
}

function placeOf(source: Place, action: Action): Pick<PlannedAction, "account" | "region"> {
  if (action.do === "ensure-service-linked-role") return { account: action.account.id };
  const { account, region } = whereOf(source, action);
  return { account: account.id, region };
}
