import { CommanderError } from "commander";
import { EXIT } from "./exit-codes";
import type { Host } from "./host";
import { lazy } from "./lazy";
import { buildProgram } from "./program";
import { systemHost } from "./system-host";

/**
 * Runs the command line.
 * @param argv without node and script
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], host: Host = systemHost): Promise<number> {
  let exitCode: number = EXIT.done;
  try {
    const program = buildProgram(host, (code) => (exitCode = code));
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { describeError, errorJson } = lazy.printError();
    const described = describeError(error);
    host.err(argv.includes("--json") ? JSON.stringify(errorJson(error)) : described.text);
    return described.exitCode;
  }
}
