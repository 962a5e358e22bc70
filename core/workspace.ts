import path from "node:path";
import { ConfigurationError } from "./errors";

/** Which cloud the environment points at, and where its files live. State of a rehearsal and of AWS never meet. */
export interface Workspace {
  readonly kind: "aws" | "rehearsal";
  /** Of the rehearsal cloud, as the environment names it. */
  readonly endpoint?: string;
  /** Absolute; holds everything else that is not synthesised. */
  readonly dir: string;
  /** Absolute; Terraform's local state, one file a stack. */
  readonly stateDir: string;
  /** Absolute; the script's journals. */
  readonly journalDir: string;
  /** Absolute; where the stacks are synthesised. */
  readonly synthDir: string;
  /** Absolute; where manifests and reports go unless the user names another file. */
  readonly resultsDir: string;
}

/**
 * The workspace of a directory. Any endpoint that is not Amazon's own counts as a rehearsal: a mistake then costs
 * an empty rehearsal, not a changed account. `KEYFERRY_REHEARSAL_DIR` moves a rehearsal elsewhere, so that several can
 * run side by side; AWS's workspace is always below the working directory.
 */
export function workspace(env: Readonly<Record<string, string | undefined>>, cwd: string): Workspace {
  const endpoint = env["AWS_ENDPOINT_URL"];
  const kind = isForeignEndpoint(endpoint) ? "rehearsal" : "aws";
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

/** The file beside the stacks that tells the copy jobs, which no stack holds: for reviews of a change. */
export const COPIES_FILE = "keyferry.copies.json";

const LOCK_FILE = "keyferry.lock.json";

/**
 * The file that remembers what was ever declared: beside the configuration, to be committed with it. A rehearsal has its
 * own, in its directory.
 * @param configuration absolute
 */
export function lockFile({ kind, dir }: Workspace, configuration: string): string {
  return path.join(kind === "rehearsal" ? dir : path.dirname(configuration), LOCK_FILE);
}

/**
 * Every client would tell in its own way that an endpoint has no scheme.
 * @throws ConfigurationError where `AWS_ENDPOINT_URL` is not a valid http(s) URL
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

function isForeignEndpoint(endpoint: string | undefined): boolean {
  return endpoint !== undefined && endpoint !== "" && !isAmazonsEndpoint(endpoint);
}

/** Whether an address is Amazon's own. */
export function isAmazonsEndpoint(endpoint: string): boolean {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint;
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(host);
}
