import { accountPrincipal, isRecord, roleArn } from "@keyferry/common";
import { below, type Position } from "../json-text";
import { NO_VALUE, resolve, UNRESOLVED } from "./intrinsics";
import { STACK, type TemplateNames } from "./values";

/** Deeper than any policy. */
const MAX_DEPTH = 100;

export interface ResolvedPolicy {
  readonly document: unknown;
  /** Places within the policy whose values are known only after the deployment. */
  readonly unresolved: readonly string[];
  /** Place within the policy -> place within the template. */
  readonly placeInTemplate: ReadonlyMap<string, string>;
}

/** A policy with its intrinsic functions resolved, and stand-ins for values that are known only after the deployment. */
export function resolvePolicy(policy: unknown, place: string, names: TemplateNames): ResolvedPolicy {
  const unresolved: string[] = [];
  const placeInTemplate = new Map<string, string>();

  function visit(given: unknown, at: string, inTemplate: string, standIn: string, depth: number): unknown {
    const {
      value,
      partly = false,
      from = [],
    } = depth > MAX_DEPTH ? { value: UNRESOLVED } : resolve(given, names);
    const source = from.reduce<string>(below, inTemplate);
    placeInTemplate.set(at, source);
    if (partly || value === UNRESOLVED) unresolved.push(at);
    if (value === UNRESOLVED) return standIn;
    if (Array.isArray(value)) {
      return (value as readonly unknown[])
        .map((element, index) => ({ element, source: below(source, index) }))
        .filter(({ element }) => resolve(element, names).value !== NO_VALUE)
        .map(({ element, source: from }, index) =>
          visit(element, below(at, index), from, standIn, depth + 1),
        );
    }
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => resolve(member, names).value !== NO_VALUE)
        .map(([name, member]) => {
          const inner = standInFor(name, value, standIn);
          return [name, visit(member, below(at, name), below(source, name), inner, depth + 1)];
        }),
    );
  }

  return { document: visit(policy, "", place, "known-after-deployment", 0), unresolved, placeInTemplate };
}

/**
 * The stand-in for an unknown value, chosen so that no finding is reported that may be wrong: an Allow allows the whole
 * account, a Deny denies none of the principals that the rules ask about.
 */
function standInFor(element: string, parent: Readonly<Record<string, unknown>>, inherited: string): string {
  if (element === "Principal" || element === "NotPrincipal") {
    return parent["Effect"] === "Deny"
      ? roleArn(STACK.partition, STACK.account, "known-after-deployment")
      : accountPrincipal(STACK.partition, STACK.account);
  }
  return element === "Resource" ? "*" : inherited;
}

/** The position in the template's text of a place within the policy. */
export function positionIn(
  { placeInTemplate }: ResolvedPolicy,
  positions: ReadonlyMap<string, Position>,
): (place: string) => Position | undefined {
  return (place) => positions.get(placeInTemplate.get(place) ?? place);
}
