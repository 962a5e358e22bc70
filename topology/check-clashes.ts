import type { Problem } from "../core/errors";
import { isRecord } from "@keyferry/common";
import { rawDestinations, type RawRule } from "./raw-input";

/** Something of which an account has only one in a Region. */
interface Claim {
  /** Equal for what clashes. */
  readonly thing: string;
  /** Where the rule is declared: `images.web`. */
  readonly rule: string;
  readonly path: string;
  /** What two rules do that claim it. */
  readonly what: string;
  readonly fix: string;
}

/**
 * Rules that would end in each other's place: the same source twice in one account and Region, where its kind allows only
 * one, and two rules under one published parameter. Whether different source images have the same name is known only once
 * AWS has been asked. Source: EC2 API reference, CopyImage ("Name").
 */
export function checkClashes(rules: readonly RawRule[]): Problem[] {
  const problems: Problem[] = [];
  const claimed = new Map<string, Claim>();
  for (const claim of rules.flatMap(claimsOf)) {
    const other = claimed.get(claim.thing);
    if (other === undefined) claimed.set(claim.thing, claim);
    else if (other.rule !== claim.rule) {
      const both = `${other.rule} and ${claim.rule} both ${claim.what}`;
      problems.push({ path: claim.path, what: `${both}, as ${other.path} says already`, fix: claim.fix });
    }
  }
  return problems;
}

function claimsOf(raw: RawRule): readonly Claim[] {
  const { kind, rule } = raw;
  const source = isRecord(rule["from"]) ? kind.sourceWords(rule["from"]) : undefined;
  const parameter = rule["publishTo"];
  return rawDestinations(raw).flatMap(({ path, account, region }): readonly Claim[] => {
    const place = `${account} in ${region}`;
    const claim = { rule: raw.path, path };
    return [
      ...(source === undefined || kind.carriedOnce === undefined
        ? []
        : [
            {
              ...claim,
              thing: `${place}: ${source}`,
              what: `carry ${source} into ${place}, ${kind.carriedOnce}`,
              fix: "let one of them carry it there",
            },
          ]),
      ...(typeof parameter !== "string"
        ? []
        : [
            {
              ...claim,
              thing: `${place}: ${parameter}`,
              what: `publish to ${parameter} for ${place}`,
              fix: "give one of them another publishTo, or let only one of them go there",
            },
          ]),
    ];
  });
}
