import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { workspace } from "../../core/workspace";
import type { Host } from "./host";

/** How a result says that it was made on AWS: a manifest, and a report. */
const MADE_ON_AWS = [/"cloud":\s*"aws"/, /<meta name="keyferry-cloud" content="aws"/];

/** The mark is in the first lines. */
const LOOKED_AT_BYTES = 4096;

/** Which file a result goes into. */
export interface ResultFile {
  /** What the file is called where the user names none. */
  readonly name: "manifest.json" | "report.html";
  /** The option by which the user names one, and what was given. */
  readonly option: "--manifest" | "--out";
  /** Relative to the working directory. @default - the workspace's own: a rehearsal's is below its directory */
  readonly given?: string;
}

/**
 * Where a result is written: absolute. A rehearsal does not replace what was made on AWS, wherever that lies; a run on AWS
 * may replace a rehearsal's.
 * @throws ConfigurationError before anything is done
 */
export function resultFile(host: Pick<Host, "env" | "cwd">, { name, option, given }: ResultFile): string {
  const { kind, resultsDir } = workspace(host.env, host.cwd);
  const file = given === undefined ? path.join(resultsDir, name) : path.resolve(host.cwd, given);
  if (kind === "rehearsal" && isMadeOnAws(file)) {
    throw new ConfigurationError(
      [
        {
          path: option,
          what: `${file} was made on AWS, and a rehearsal does not replace it`,
          fix: `name another file, or leave ${option} out: a rehearsal writes ${path.join(resultsDir, name)}`,
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
