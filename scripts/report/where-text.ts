import type { Workspace } from "../../core/workspace";

/**
 * Where a command works, in one line: `AWS, as arn:...; topology acme of keyferry.config.ts`.
 * @param who the caller, or a note that no call was made
 * @param topology its name
 * @param file the file that declares it, as the user would name it. @default - no file is printed
 */
export function whereText(
  { kind, endpoint = "" }: Pick<Workspace, "kind" | "endpoint">,
  who: string,
  topology: string,
  file?: string,
): string {
  const cloud = kind === "aws" ? "AWS" : `rehearsal at ${endpoint}`;
  return `${cloud}, ${who}; topology ${topology}${file === undefined ? "" : ` of ${file}`}`;
}
