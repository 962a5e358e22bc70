import type { ContextValue } from "@keyferry/evaluator";
import type { ConditionValues } from "./statements";
import { candidates, type Candidate } from "./values";

export type Witness = Readonly<Record<string, ContextValue>>;

/** Contexts to ask with, those with the fewest keys first. */
export interface Contexts {
  readonly contexts: readonly Witness[];
  /** Whether each combination of values is among them. */
  readonly complete: boolean;
}

/** More combinations are not asked. */
const MOST = 3_000;

/** Keys that follow from who asks, from the resource and from the call: no request carries them otherwise. */
const DERIVED = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:resourceaccount",
  "aws:username",
  "kms:calleraccount",
]);

/** Every combination of the values by which conditions tell requests apart. @param fixed what each request carries */
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

/** Where there are too many: each key at its first written value or absent, and up to two keys otherwise. */
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
