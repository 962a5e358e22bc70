import path from "node:path";
import { lockFile, workspace, type Workspace } from "../core/workspace";
import { configFile } from "./load-config";

/** Where a synthesis writes and which cloud it is for. */
export interface SynthSettings {
  readonly workspace: Workspace;
  /** Absolute; the stacks are written below it. */
  readonly outdir: string;
  /** Absolute path of the lock file. */
  readonly lockFile: string;
  /** Whether the lock file is written: Keyferry's own commands write it once they know what will be made. */
  readonly writesLock: boolean;
  /** Keys that the lock file records but that were never created: `222222222222/eu-central-1/home`. */
  readonly neverMade: readonly string[];
  /** Address of the rehearsal cloud; undefined on AWS. */
  readonly endpoint?: string;
}

/**
 * Settings from the environment: `AWS_ENDPOINT_URL` names a rehearsal cloud, `CDKTF_OUTDIR` is set by the framework's CLI,
 * `KEYFERRY_LOCK=read-only` keeps the lock file unchanged, `KEYFERRY_NEVER_MADE` names keys to leave out.
 * @param configuration absolute. @default - as the environment names it, or `keyferry.config.ts` in `cwd`
 */
export function synthSettings(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  configuration = configFile(env, cwd),
): SynthSettings {
  const place = workspace(env, cwd);
  const endpoint = env["AWS_ENDPOINT_URL"];
  return {
    workspace: place,
    lockFile: lockFile(place, configuration),
    writesLock: env["KEYFERRY_LOCK"] !== "read-only",
    neverMade: (env["KEYFERRY_NEVER_MADE"] ?? "").split(",").filter((id) => id !== ""),
    outdir: path.resolve(cwd, env["CDKTF_OUTDIR"] ?? place.synthDir),
    ...(place.kind === "rehearsal" && endpoint !== undefined ? { endpoint } : {}),
  };
}

/** Where the framework writes a stack; Terraform runs there, so relative paths start from it. */
export function stackDir(settings: SynthSettings, stack: string): string {
  return path.join(settings.outdir, "stacks", stack);
}
