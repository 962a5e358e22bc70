import type { Found } from "../finding";
import type { Shown, RightLine } from "../rights/lines";
import { actionsOn } from "../rights/resource";

/** A line about rights as a finding. */
export function rightFound(line: RightLine): Found {
  const { direction, subject, resources, actions, uncertain, witnesses, including } = line;
  const verb = uncertain
    ? `may ${direction === "gained" ? "gain" : "lose"}`
    : direction === "gained"
      ? "gains"
      : "loses";
  const through = throughOf(witnesses);
  const [first] = resources;
  const assumed =
    first?.assumed === true && first.kind !== "other"
      ? ", as far as its own policy, which is not in these stacks, lets it"
      : "";
  return {
    message: `${subject.label} ${verb} ${actionsText(line)} on ${resourcesText(line)}${through}${assumed}`,
    resources: resources.map(({ label }) => label),
    accounts: [...new Set(resources.map(({ account }) => account))],
    sources: [...new Set(resources.map(({ source }) => source))],
    direction,
    principal: subject.label,
    actions,
    witnesses,
    ...(including.length === 0 ? {} : { including }),
  };
}

const MOST_ACTIONS = 6;

/** Where at most this many actions are missing, the text says "every action but ...". */
const FEW = 2;

function actionsText({ actions, resources }: RightLine): string {
  const all = actionsOn(resources[0]?.kind ?? "other");
  const left = all.filter((action) => !actions.includes(action));
  // No list has all actions of other kinds.
  if (actions.length > MOST_ACTIONS && all.length > 0 && left.length <= FEW) {
    return left.length === 0 ? "every action" : `every action but ${left.join(" and ")}`;
  }
  const listed = actions.slice(0, MOST_ACTIONS).join(", ");
  const more = actions.length - MOST_ACTIONS;
  return more > 0 ? `${listed} and ${more} more action${more === 1 ? "" : "s"}` : listed;
}

const MOST_RESOURCES = 3;

function resourcesText({ resources }: RightLine): string {
  const labels = resources.map(({ label }) => label);
  const listed = labels.slice(0, MOST_RESOURCES).join(", ");
  const more = labels.length - MOST_RESOURCES;
  return more > 0 ? `${listed} and ${more} more` : listed;
}

/** The condition values that every request showing the change has in common. */
function throughOf(witnesses: readonly Shown[]): string {
  const [first, ...others] = witnesses.map(({ context }) => Object.entries(context));
  const shared = (first ?? []).filter(([key, value]) =>
    others.every((entries) => entries.some(([k, v]) => k === key && String(v) === String(value))),
  );
  if (shared.length === 0) return "";
  const texts = shared.map(([key, value]) => `${key} ${String(value)}`);
  return `, with ${texts.join(" and ")}`;
}
