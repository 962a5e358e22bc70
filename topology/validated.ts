import type { z } from "zod";
import { ConfigurationError, type Problem } from "../core/errors";
import { plainData } from "../core/plain-data";
import { shapeProblems } from "./shape-problem";

/**
 * What a user's value comes to under a schema. Only plain data is looked at.
 * @param checkMeaning runs on data of any shape. @default - the shape is all that is checked
 * @throws ConfigurationError with every problem at once
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

/** What is no data stands as null for the other checks, which must not tell of it again. */
function isWithin(path: string, outer: string): boolean {
  return (
    outer === "(top level)" || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
  );
}
