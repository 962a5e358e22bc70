import { parseArn } from "@keyferry/common";
import { inStatement, judge } from "../judge";
import { matches } from "../matches";
import type { LintPolicy, LintStatement } from "../policy";
import { isOpen } from "../statement";
import type { Mistake, Rule } from "../types";
import { regionOfService, viaServices } from "../via-service";

export const viaServiceRegion: Rule = {
  id: "via-service-region",
  appliesTo: ["key", "identity"],
  title: "a key in a Region that kms:ViaService does not list",
  explanation:
    "a service uses a key in the Region of the key, also in copies to other Regions; a kms:ViaService value of another Region never matches",
  fix: "list the service for the Region of every key that the statement covers",
  source: "KMS developer guide, AWS KMS condition keys: kms:ViaService",
  check: (policy) =>
    judge(
      policy.statements.filter((statement) => viaServices([statement]).length > 0),
      (statement) => unreached(statement, policy),
    ),
};

function unreached(statement: LintStatement, policy: LintPolicy): readonly Mistake[] {
  const values = viaServices([statement]).map(({ text }) => text);
  const services = values.map(regionOfService);
  // a value without a Region has its own rule; one with a wildcard may match any Region
  if (services.includes(undefined)) return [];
  return keysOf(statement, policy)
    .filter(({ region }) => !services.some((service) => matches(service ?? "", region)))
    .map(({ region, place }) =>
      inStatement(statement, `the key is in ${region}, kms:ViaService is ${values.join(", ")}`, place),
    );
}

/** The Regions of a statement's keys, and where they are named. */
function keysOf(
  statement: LintStatement,
  { kind, context }: LintPolicy,
): readonly { readonly region: string; readonly place: string }[] {
  if (kind === "key") {
    const region = context.keyArn === undefined ? context.region : parseArn(context.keyArn)?.region;
    return region === undefined ? [] : [{ region, place: `${statement.place}.Condition` }];
  }
  return statement.resources.flatMap(({ text, place }) => {
    const arn = parseArn(text);
    return arn?.service === "kms" && !isOpen(arn.region) ? [{ region: arn.region, place }] : [];
  });
}
