import type { Problem } from "../core/errors";
import { isRecord } from "@keyferry/common";
import { rawDestinations, type RawRule } from "./raw-input";

/** Something of which an account has only one in a Region, as a rule claims it. */
interface Claim {
  /** Where the rule is declared: `images.web`. */
  readonly rule: string;
  readonly path: string;
}

/** What a rule wants in each of its places, and what to say where another rule wants it as well. */
interface Want {
  /** Equal for what clashes in one place. */
  readonly thing: string;
  /** What two rules do that both want it. */
  readonly what: (place: string) => string;
  readonly fix: string;
}

/**
 * Rules that would end in each other's place: the same source twice in one account and Region, where its kind allows only
 * one, and two rules under one published parameter. Whether different source images have the same name is known only once
 * AWS has been asked. Source: EC2 API reference, CopyImage ("Name").
 */
export function checkClashes(rules: readonly RawRule[]): Problem[] {
  const problems: Problem[] = [];
  const claimed = new Map<string, Map<string, Claim>>();
  for (const raw of rules) {
    const wants = wantsOf(raw);
    if (wants.length === 0) continue;
    for (const { path, account, region } of rawDestinations(raw)) {
      const place = `${account} in ${region}`;
      let here = claimed.get(place);
      if (here === undefined) claimed.set(place, (here = new Map()));
      for (const { thing, what, fix } of wants) {
        const other = here.get(thing);
        if (other === undefined) here.set(thing, { rule: raw.path, path });
        else if (other.rule !== raw.path) {
          const both = `${other.rule} and ${raw.path} both ${what(place)}`;
          problems.push({ path, what: `${both}, as ${other.path} says already`, fix });
        }
      }
    }
  }
  return problems;
}

function wantsOf({ kind, rule }: RawRule): readonly Want[] {
  const source = isRecord(rule["from"]) ? kind.sourceWords(rule["from"]) : undefined;
  const parameter = rule["publishTo"];
  const { carriedOnce } = kind;
  return [
    ...(source === undefined || carriedOnce === undefined
      ? []
      : [
          {
            thing: source,
            what: (place: string) => `carry ${source} into ${place}, ${carriedOnce}`,
            fix: "let one of them carry it there",
          },
        ]),
    ...(typeof parameter !== "string"
      ? []
      : [
          {
            thing: parameter,
            what: (place: string) => `publish to ${parameter} for ${place}`,
            fix: "give one of them another publishTo, or let only one of them go there",
          },
        ]),
  ];
}
