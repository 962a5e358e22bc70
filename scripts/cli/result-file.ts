import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { workspace } from "../../core/workspace";
import type { Host } from "./host";

/** The marks of results (a manifest, a report) that were made on AWS. */
const MADE_ON_AWS = [/"cloud":\s*"aws"/, /<meta name="keyferry-cloud" content="aws"/];

/** The mark is within the first lines. */
const LOOKED_AT_BYTES = 4096;

/** Which file a result is written to. */
export interface ResultFile {
  /** The name of the file if the user names none. */
  readonly name: "manifest.json" | "report.html";
  /** The option with which the user names a file, and its value. */
  readonly option: "--manifest" | "--out";
  /** Relative to the working directory. @default - in the workspace; a rehearsal has its own directory */
  readonly given?: string;
}

/**
 * The absolute path of the file for a result. A rehearsal does not replace a result from AWS, in any directory; a run on AWS
 * may replace a rehearsal's result.
 * @throws ConfigurationError before anything is changed
 */
export function resultFile(host: Pick<Host, "env" | "cwd">, { name, option, given }: ResultFile): string {
  const { kind, resultsDir } = workspace(host.env, host.cwd);
  const file = given === undefined ? path.join(resultsDir, name) : path.resolve(host.cwd, given);
  if (kind === "rehearsal" && isMadeOnAws(file)) {
    throw new ConfigurationError(
      [
        {
          path: option,
          what: `${file} is a result from AWS, and a rehearsal does not replace it`,
          fix: `name another file, or leave ${option} out: a rehearsal then writes ${path.join(resultsDir, name)}`,
        },
      ],
      "the options",
    );
  }
  return file;
}

function isMadeOnAws(file: string): boolean {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const handle = fs.openSync(file, "r");
  try {
    const start = Buffer.alloc(LOOKED_AT_BYTES);
    const length = fs.readSync(handle, start, 0, LOOKED_AT_BYTES, 0);
    const text = start.toString("utf8", 0, length);
    return MADE_ON_AWS.some((mark) => mark.test(text));
  } finally {
    fs.closeSync(handle);
  }
}
