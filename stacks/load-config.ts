import path from "node:path";
import { runProgramFile } from "../core/program-file";

/**
 * The default export of a configuration file. The caller's process must be able to load TypeScript (`bin/typescript.js`).
 * @throws ConfigurationError when the file does not exist or itself fails
 */
export function loadConfig(file: string): unknown {
  return runProgramFile({
    file,
    named: file,
    origin: "the configuration file",
    ifMissing: { what: "there is no such file", fix: "create it, or name another file in KEYFERRY_CONFIG" },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known at run time only, and synth is synchronous
    load: (absolute) => require(absolute) as unknown,
  });
}

/** The configuration file: `KEYFERRY_CONFIG`, from the working directory, or `keyferry.config.ts` in the given one. */
export function configFile(env: Readonly<Record<string, string | undefined>>, directory: string): string {
  return path.resolve(env["KEYFERRY_CONFIG"] || path.join(directory, "keyferry.config.ts"));
}
