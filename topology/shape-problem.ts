import type { Problem } from "../core/errors";

/** What zod finds wrong with the shape of the input, with its place as a user would write it: `images.web.to[0]`. */
export function shapeProblem(issue: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): Problem {
  const path = issue.path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
  return { path: path === "" ? "(top level)" : path, what: issue.message };
}
