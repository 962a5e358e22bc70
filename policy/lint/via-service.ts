import { all, type Located } from "./judge";
import type { LintStatement } from "./policy";
import { isKey, operatorName } from "./statement";

/** The values of kms:ViaService that a request must have. */
export function viaServices(statements: readonly LintStatement[]): readonly Located[] {
  return all(statements, ({ conditions }) =>
    conditions
      .filter((condition) => isKey(condition, ["kms:ViaService"]))
      .filter(({ operator }) => /^String/.test(operatorName(operator).base) && !operator.includes("Not"))
      .flatMap(({ values }) => values),
  );
}

/** The Region in a value of kms:ViaService, with its wildcards; undefined where it has none. */
export function regionOfService(value: string): string | undefined {
  return /\.([^.]+)\.amazonaws\.com$/.exec(value)?.[1];
}
