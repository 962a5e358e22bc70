import { AwsError, type Call, type Json, type Operation, type OperationTable } from "./contract";

/**
 * The operation, which refuses a call with any other parameter rather than ignore it; an empty parameter counts as
 * absent.
 * @param parameters supported parameters, as the Query protocol names them; the documentation lists them
 * @param everywhere parameters of every operation of the service @default none
 */
export function understanding(
  parameters: readonly string[],
  operation: Operation,
  everywhere: readonly string[] = [],
): Operation {
  const known = new Set([...parameters, ...everywhere]);
  return {
    parameters,
    checks: (call, cloud) => {
      refuseUnknown(call, known);
      return operation.checks(call, cloud);
    },
    run: (call, cloud) => operation.run(call, cloud),
  };
}

/** The same for all operations of a service. @throws TypeError when an operation is missing from the table */
export function understandingAll(
  operations: OperationTable,
  parameters: Readonly<Record<string, readonly string[]>>,
): OperationTable {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const own = parameters[name];
      if (own === undefined) throw new TypeError(`the parameters of ${name} are not listed`);
      return [name, understanding(own, operation)];
    }),
  );
}

/** @throws AwsError `UnsupportedOperation` */
function refuseUnknown({ input, operation }: Call, known: ReadonlySet<string>): void {
  const unknown = Object.keys(input).filter((name) => !known.has(name) && !isEmpty(input[name]));
  if (unknown.length === 0) return;
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not implement ${unknown.join(", ")} of ${operation}.`,
  );
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
