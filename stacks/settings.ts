import path from "node:path";
import { workspace, type Workspace } from "../core/workspace";

/** Where a synthesis writes and which cloud it is for. */
export interface SynthSettings {
  readonly workspace: Workspace;
  /** Absolute; the stacks are written below it. */
  readonly outdir: string;
  /** Address of the rehearsal cloud; undefined on AWS. */
  readonly endpoint?: string;
}

/** Settings from the environment: `AWS_ENDPOINT_URL` names a rehearsal cloud, `CDKTF_OUTDIR` is set by the framework's CLI. */
export function synthSettings(env: Readonly<Record<string, string | undefined>>, cwd: string): SynthSettings {
  const place = workspace(env, cwd);
  const endpoint = env["AWS_ENDPOINT_URL"];
  return {
    workspace: place,
    outdir: path.resolve(cwd, env["CDKTF_OUTDIR"] ?? place.synthDir),
    ...(place.kind === "rehearsal" && endpoint !== undefined ? { endpoint } : {}),
  };
}

/** Where the framework writes a stack; Terraform runs there, so relative paths start from it. */
export function stackDir(settings: SynthSettings, stack: string): string {
  return path.join(settings.outdir, "stacks", stack);
}
