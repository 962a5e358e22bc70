import type { AwsAccess, AwsPorts } from "../../scripts/aws";

/** AWS access that passes every call of every port to `around`. */
export function eachCall(
  aws: AwsAccess,
  around: <T>(operation: string, call: () => Promise<T>) => Promise<T>,
): AwsAccess {
  type Ports = Record<string, (where: never) => Record<string, (...input: never[]) => Promise<unknown>>>;
  const { now, ...ports } = aws;
  const wrapped = Object.entries(ports as unknown as Ports).map(([name, portAt]) => [
    name,
    (where: never) =>
      Object.fromEntries(
        Object.entries(portAt(where)).map(([operation, call]) => [
          operation,
          (...input: never[]) => around(operation, () => call(...input)),
        ]),
      ),
  ]);
  return { ...(Object.fromEntries(wrapped) as AwsPorts), now };
}
