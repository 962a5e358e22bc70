import type { ContextValue } from "@keyferry/evaluator";
import type { ConditionValues } from "./statements";
import { candidates, type Candidate } from "./values";

export type Witness = Readonly<Record<string, ContextValue>>;

/** Contexts to test with, those with the fewest keys first. */
export interface Contexts {
  readonly contexts: readonly Witness[];
  /** Whether every combination of values is included. */
  readonly complete: boolean;
}

/** Most combinations that are tested. */
const MOST = 3_000;

/** Keys whose values follow from the principal, the resource and the call; a request cannot have other values. */
const DERIVED = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:resourceaccount",
  "aws:username",
  "kms:calleraccount",
]);

/** Every combination of the values by which conditions distinguish requests. @param fixed values that each request has */
export function contextsFor(conditions: ReadonlyMap<string, ConditionValues>, fixed: Witness): Contexts {
  const given = new Set(Object.keys(fixed).map((key) => key.toLowerCase()));
  const asked = [...conditions.values()].filter(({ key }) => {
    const name = key.toLowerCase();
    return !DERIVED.has(name) && !given.has(name);
  });
  const choices = asked.map((values) => ({ key: values.key, values: candidates(values) }));
  const total = choices.reduce((product, { values }) => product * values.length, 1);
  const complete = total <= MOST;
  const contexts = complete ? product(choices, fixed) : fewKeysAstray(choices, fixed);
  return { contexts: contexts.sort((a, b) => sizeOf(a) - sizeOf(b)), complete };
}

interface Choice {
  readonly key: string;
  readonly values: readonly Candidate[];
}

function product(choices: readonly Choice[], fixed: Witness): Witness[] {
  let contexts: Witness[] = [fixed];
  for (const choice of choices) {
    contexts = contexts.flatMap((context) =>
      choice.values.map((value) => withValue(context, choice.key, value)),
    );
  }
  return contexts;
}

/** Used where there are too many: each key has its first written value or is absent, except for up to two keys. */
function fewKeysAstray(choices: readonly Choice[], fixed: Witness): Witness[] {
  const usual = (wanted: boolean) =>
    choices.reduce<Witness>(
      (context, { key, values }) => withValue(context, key, wanted ? values[1] : undefined),
      fixed,
    );
  const contexts: Witness[] = [];
  for (const start of [usual(false), usual(true)]) {
    choices.forEach((one, index) => {
      for (const value of one.values) {
        const astray = withValue(start, one.key, value);
        contexts.push(astray);
        for (const other of choices.slice(index + 1)) {
          for (const second of other.values) {
            if (contexts.length < MOST) contexts.push(withValue(astray, other.key, second));
          }
        }
      }
    });
  }
  return contexts;
}

function withValue(context: Witness, key: string, value: Candidate): Witness {
  const others = Object.entries(context).filter(([name]) => name !== key);
  return Object.fromEntries(value === undefined ? others : [...others, [key, value]]);
}

function sizeOf(context: Witness): number {
  return Object.keys(context).length;
}
