import { readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "./environment";
import { run, type ProgramOptions } from "./program";

/**
 * Runs the project's own app, which `cdktf.json` names, with a directory for its output. The framework's tool could do this too,
 * but it hides the app's report of a wrong topology in its own output and turns exit code 2 into 1.
 *
 * @throws ProgramFailed with the app's exit code
 */
export function synthesiseProject(
  environment: Environment,
  synthDir: string,
  options: Pick<ProgramOptions, "env" | "signal"> & { readonly onOutput?: (text: string) => void },
): Promise<void> {
  const { app } = JSON.parse(readFileSync(path.join(environment.cwd, "cdktf.json"), "utf8")) as {
    app: string;
  };
  const [program = "", ...args] = app.split(" ");
  const command = program === "node" ? process.execPath : program;
  return run(command, args, {
    ...options,
    env: { ...options.env, CDKTF_OUTDIR: synthDir },
    cwd: environment.cwd,
  });
}
