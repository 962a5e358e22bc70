import type { Context } from "./context";
import { OPERATORS, type Compile, type ValueTest } from "./operators";
import { wildcards } from "./pattern";
import { expand, hasVariables } from "./variables";

/** One key under one operator of a statement's Condition. */
export interface Condition {
  readonly set?: "ForAllValues" | "ForAnyValue";
  /** `StringEquals`, `Null`, ... : without the set operator and `IfExists`. */
  readonly operator: string;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

export type ConditionTest = (context: Context) => boolean;

const OPERATOR_NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/i;

/** Names of operators as AWS writes them, by their lower-case form. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...OPERATORS.keys(), "Null"].map((name) => [name.toLowerCase(), name]),
);
const SETS: Readonly<Record<string, Condition["set"]>> = {
  forallvalues: "ForAllValues",
  foranyvalue: "ForAnyValue",
};

/** Reads an operator's name, in any letter case; undefined when IAM has no such operator. */
export function parseOperator(name: string): Pick<Condition, "set" | "operator" | "ifExists"> | undefined {
  const [, set = "", written = "", suffix] = OPERATOR_NAME.exec(name) ?? [];
  const operator = SPELLINGS.get(written.toLowerCase());
  const ifExists = suffix !== undefined;
  if (operator === undefined || (operator === "Null" && ifExists)) return undefined;
  return { set: SETS[set.toLowerCase()], operator, ifExists };
}

/** The name that `parseOperator` reads. */
export function operatorName({ set, operator, ifExists }: Condition): string {
  return `${set === undefined ? "" : `${set}:`}${operator}${ifExists ? "IfExists" : ""}`;
}

/** A test of one condition. `variables` says whether the document's version supports policy variables. */
export function conditionTest(condition: Condition, variables: boolean): ConditionTest {
  const key = condition.key.toLowerCase();
  if (condition.operator === "Null") {
    const wanted = condition.values.map((value) => value.toLowerCase() === "true");
    return (context) => wanted.includes(!context.has(key));
  }
  const operator = OPERATORS.get(condition.operator);
  if (operator === undefined) return () => false;
  const { negated } = operator;
  const whenAbsent =
    condition.ifExists || condition.set === "ForAllValues" || (condition.set === undefined && negated);
  const everyValue = condition.set === "ForAllValues" || (condition.set === undefined && negated);
  const testIn = valueTest(condition.values, operator.test, variables && operator.variables);
  return (context) => {
    const actual = context.get(key);
    if (actual === undefined) return whenAbsent;
    if (condition.set !== undefined && isNullDataSet(actual)) return everyValue;
    const compares = testIn(context);
    // when all values must match, one that fails decides; when one value is enough, one that matches decides
    for (const value of actual) if ((compares(value) !== negated) !== everyValue) return !everyValue;
    return everyValue;
  };
}

/**
 * For a null data set, "such as an empty string", ForAllValues is true and ForAnyValue is false, regardless of the
 * values in the policy. Source: IAM user guide, "Set operators for multivalued context keys".
 */
function isNullDataSet(actual: readonly string[]): boolean {
  return actual.length === 1 && actual[0] === "";
}

/** Without variables the values are compiled once; with them, for every request. */
function valueTest(
  values: readonly string[],
  test: Compile,
  variables: boolean,
): (context: Context) => ValueTest {
  if (!variables || !values.some(hasVariables)) {
    const compiled = test(values.map(wildcards));
    return () => compiled;
  }
  return (context) => test(values.flatMap((value) => expand(value, context) ?? []));
}
