import { CommanderError } from "commander";
import { EXIT } from "./exit-codes";
import type { Host } from "./host";
import { lazy } from "./lazy";
import { buildProgram } from "./program";
import { showing } from "./showing";
import { systemHost } from "./system-host";

/**
 * Runs the command line.
 * @param argv without node and script
 * @returns the exit code
 */
export async function runCli(argv: readonly string[], outside: Host = systemHost): Promise<number> {
  const host = showing(outside);
  let ended: number = EXIT.done;
  try {
    const program = buildProgram(host, (code) => (ended = code));
    await program.parseAsync(argv, { from: "user" });
    return ended;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { text, exitCode } = lazy.printError().reported(error, argv.includes("--json"));
    host.err(text);
    return exitCode;
  }
}
