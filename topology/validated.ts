import type { z } from "zod";
import { ConfigurationError, type Problem } from "../core/errors";
import { plainData } from "../core/plain-data";
import { shapeProblems } from "./shape-problem";

/**
 * Validates a user's value and returns the result. Only plain data is accepted.
 * @param checkMeaning runs on data of any shape. @default - only the shape is checked
 * @throws ConfigurationError with every problem
 */
export function validated<S extends z.ZodType>(
  schema: S,
  input: unknown,
  checkMeaning: (plain: unknown) => readonly Problem[] = () => [],
  origin?: string,
): z.output<S> {
  const { data, problems: unusable } = plainData(input);
  const parsed = schema.safeParse(data);
  const isTold = ({ path }: Problem) => unusable.some((one) => isWithin(path, one.path));
  const others = [...shapeProblems(schema, data), ...checkMeaning(data)].filter((one) => !isTold(one));
  const problems = [...unusable, ...others];
  if (problems.length > 0 || !parsed.success) throw new ConfigurationError(problems, origin);
  return parsed.data;
}

/** A value that is not plain data is null for the other checks, which must not report it again. */
function isWithin(path: string, outer: string): boolean {
  return (
    outer === "(top level)" || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
  );
}
