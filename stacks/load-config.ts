import fs from "node:fs";
import path from "node:path";
import { ConfigurationError, loadFailure } from "../core/errors";

/**
 * The default export of a configuration file, as plain data. The caller's process must be able to load TypeScript
 * (`node -r tsx/cjs`).
 * @throws ConfigurationError when the file is absent or itself fails
 */
export function loadConfig(file: string): unknown {
  if (!fs.existsSync(file)) {
    throw new ConfigurationError(
      [
        {
          path: file,
          what: "there is no such file",
          fix: "write it, or name another one in KEYFERRY_CONFIG",
        },
      ],
      "the configuration file",
    );
  }
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is known at run time only, and synth is synchronous
    const loaded = require(file) as { readonly default?: unknown };
    return loaded.default ?? loaded;
  } catch (cause) {
    const what = `it cannot be loaded: ${loadFailure(cause)}`;
    throw new ConfigurationError([{ path: file, what }], "the configuration file");
  }
}

/** The configuration file: `KEYFERRY_CONFIG`, from the working directory, or `keyferry.config.ts` in the given one. */
export function configFile(env: Readonly<Record<string, string | undefined>>, directory: string): string {
  return path.resolve(env["KEYFERRY_CONFIG"] ?? path.join(directory, "keyferry.config.ts"));
}
