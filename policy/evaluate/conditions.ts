import { valuesOf, type Context } from "./context";
import { OPERATORS } from "./operators";
import { wildcards, type Pattern } from "./pattern";
import { expand } from "./variables";

/** One key under one operator of a statement's Condition. */
export interface Condition {
  readonly set?: "ForAllValues" | "ForAnyValue";
  /** `StringEquals`, `Null`, ... : without set operator and `IfExists`. */
  readonly operator: string;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

const OPERATOR_NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Reads an operator's name; undefined when IAM has no such operator. */
export function parseOperator(name: string): Pick<Condition, "set" | "operator" | "ifExists"> | undefined {
  const [, set, operator = "", ifExists] = OPERATOR_NAME.exec(name) ?? [];
  const known = OPERATORS.has(operator) || (operator === "Null" && ifExists === undefined);
  if (!known) return undefined;
  return { set: set as Condition["set"], operator, ifExists: ifExists !== undefined };
}

/** Whether one condition holds. `variables` says whether the document's version knows policy variables. */
export function holds(condition: Condition, context: Context, variables: boolean): boolean {
  const actual = valuesOf(context, condition.key);
  if (condition.operator === "Null") {
    return condition.values.some((value) => (value.toLowerCase() === "true") === (actual === undefined));
  }
  const operator = OPERATORS.get(condition.operator);
  if (operator === undefined) return false;
  if (actual === undefined) {
    return (
      condition.ifExists ||
      condition.set === "ForAllValues" ||
      (condition.set === undefined && operator.negated)
    );
  }
  const expected = condition.values.flatMap((value): readonly Pattern[] => {
    const pattern = variables ? expand(value, context) : wildcards(value);
    return pattern === undefined ? [] : [pattern];
  });
  const matches = (value: string) =>
    expected.some((pattern) => operator.compare(value, pattern)) !== operator.negated;
  const everyValue = condition.set === "ForAllValues" || (condition.set === undefined && operator.negated);
  return everyValue ? actual.every(matches) : actual.some(matches);
}
