import { nearestName } from "../../../core/nearest-name";
import { coversAction, knownService, splitAction } from "../actions";
import { S3_OPERATIONS } from "../actions/operations";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const unknownAction: Rule = {
  id: "unknown-action",
  appliesTo: "any",
  title: "an action that does not exist",
  explanation: "AWS accepts names of actions that do not exist; they permit nothing",
  fix: "write the action as AWS's Service authorization reference spells it; an operation and its action can have different names",
  source: "Service authorization reference",
  check: ({ statements }) =>
    judge(
      all(statements, ({ actions }) => actions).filter(({ text }) => text !== "*"),
      (action) => {
        const wrong = whatIsWrong(action.text);
        return wrong === undefined ? [] : [at(action, wrong)];
      },
    ),
};

function whatIsWrong(action: string): string | undefined {
  if (!action.includes(":")) return `${action} has no service prefix such as kms:`;
  const { service, name } = splitAction(action);
  const known = knownService(service);
  const isKmsReEncrypt = action.toLowerCase() === "kms:reencrypt";
  if (
    known === undefined ||
    isKmsReEncrypt ||
    known.actions.some((candidate) => coversAction(name, candidate))
  ) {
    return undefined;
  }
  const instead = service === "s3" && Object.hasOwn(S3_OPERATIONS, name) ? S3_OPERATIONS[name] : undefined;
  if (instead !== undefined) return `${action} is an operation, not an action; the action is ${instead}`;
  const meant = nearestName(name, known.actions);
  if (meant !== undefined) return `${action} does not exist; did you mean ${service}:${meant}?`;
  return known.complete ? `${action} matches no action of ${service}` : undefined;
}
