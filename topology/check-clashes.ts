import type { Problem } from "../core/errors";
import { isRecord } from "@keyferry/common";
import { rawDestinations, type RawRule } from "./raw-input";

/** A rule's claim to something that exists only once in an account and Region. */
interface Claim {
  /** Where the rule is declared: `images.web`. */
  readonly rule: string;
  readonly path: string;
}

/** What a rule claims in each of its places, and the message if another rule claims it too. */
interface Want {
  /** Equal for two claims that clash in one place. */
  readonly thing: string;
  /** What two rules with the same claim do. */
  readonly what: (place: string) => string;
  readonly fix: string;
}

/**
 * Rules that clash: the same source twice in one account and Region, if its kind allows it only once, and two rules with the
 * same published parameter. Whether different source images have the same name is known only after AWS has been asked. Source: EC2 API reference, CopyImage ("Name").
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
          problems.push({ path, what: `${both} (already declared at ${other.path})`, fix });
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
            what: (place: string) => `copy ${source} into ${place}, ${carriedOnce}`,
            fix: "remove this destination from one of them",
          },
        ]),
    ...(typeof parameter !== "string"
      ? []
      : [
          {
            thing: parameter,
            what: (place: string) => `publish to ${parameter} for ${place}`,
            fix: "give one of them another publishTo, or remove this destination from one of them",
          },
        ]),
  ];
}
