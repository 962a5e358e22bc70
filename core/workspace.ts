import path from "node:path";
import { ConfigurationError } from "./errors";

/** Which cloud the environment points to, and where its files are. State of a rehearsal and of AWS is never in the same place. */
export interface Workspace {
  readonly kind: "aws" | "rehearsal";
  /** URL of the rehearsal cloud, from the environment. */
  readonly endpoint?: string;
  /** Absolute; contains all other files that are not synthesised. */
  readonly dir: string;
  /** Absolute; Terraform's local state, one file per stack. */
  readonly stateDir: string;
  /** Absolute; the script's journals. */
  readonly journalDir: string;
  /** Absolute; where the stacks are synthesised. */
  readonly synthDir: string;
  /** Absolute; where manifests and reports go unless the user names another file. */
  readonly resultsDir: string;
}

/**
 * The workspace of a directory. Any endpoint that is not Amazon's own counts as a rehearsal: a mistake then leads to an
 * empty rehearsal, not to a changed account. `KEYFERRY_REHEARSAL_DIR` moves a rehearsal elsewhere, so that several can
 * run side by side; AWS's workspace is always below the working directory.
 */
export function workspace(env: Readonly<Record<string, string | undefined>>, cwd: string): Workspace {
  const endpoint = env["AWS_ENDPOINT_URL"];
  const kind = isOtherEndpoint(endpoint) ? "rehearsal" : "aws";
  const dir =
    kind === "rehearsal"
      ? path.resolve(cwd, env["KEYFERRY_REHEARSAL_DIR"] ?? ".rehearsal")
      : path.join(cwd, ".keyferry");
  return {
    kind,
    ...(kind === "rehearsal" && endpoint !== undefined ? { endpoint } : {}),
    dir,
    stateDir: path.join(dir, "state"),
    journalDir: path.join(dir, "journal"),
    synthDir: kind === "rehearsal" ? path.join(dir, "cdktf.out") : path.join(cwd, "cdktf.out"),
    resultsDir: kind === "rehearsal" ? dir : cwd,
  };
}

/** The file next to the stacks that lists the copy jobs, which are in no stack: for reviews of a change. */
export const COPIES_FILE = "keyferry.copies.json";

const LOCK_FILE = "keyferry.lock.json";

/**
 * The file that records everything that was ever declared: next to the configuration, to be committed with it. A rehearsal
 * has its own file, in its directory.
 * @param configuration absolute
 */
export function lockFile({ kind, dir }: Workspace, configuration: string): string {
  return path.join(kind === "rehearsal" ? dir : path.dirname(configuration), LOCK_FILE);
}

/**
 * Checks the endpoint once, because every client reports an endpoint without a scheme differently.
 * @throws ConfigurationError if `AWS_ENDPOINT_URL` is not a valid http(s) URL
 */
export function refuseWrongEndpoint(env: Readonly<Record<string, string | undefined>>): void {
  const endpoint = env["AWS_ENDPOINT_URL"];
  if (endpoint === undefined || endpoint === "" || /^https?:\/\/[^/]/.test(endpoint)) return;
  throw new ConfigurationError(
    [
      {
        path: "AWS_ENDPOINT_URL",
        what: `"${endpoint}" is not a valid http(s) URL`,
        allowed: "http://127.0.0.1:4566, as npx keyferry sandbox prints it; unset, for AWS itself",
      },
    ],
    "the environment",
  );
}

function isOtherEndpoint(endpoint: string | undefined): boolean {
  return endpoint !== undefined && endpoint !== "" && !isAmazonsEndpoint(endpoint);
}

/** Whether an address is Amazon's own. */
export function isAmazonsEndpoint(endpoint: string): boolean {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint;
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(host);
}
