import path from "node:path";
import { writeWhole } from "../../core/whole-file";
import type { RunResult } from "../api/changing";
import type { CommonOptions as ApiOptions } from "../api/options";
import { manifestText } from "../report/result-text";
import { EXIT } from "./exit-codes";
import type { Host } from "./host";
import { configPath } from "./load-config";
import { progressPrinter, type ProgressPrinter } from "./progress-printer";
import { resultFile } from "./result-file";
import type { CommonOptions } from "./session";
import { startedTo } from "./whereabouts";
import { widthOf } from "./width";

/** Runs work, shows its progress and handles Ctrl-C; a live table is removed before this returns. */
export async function atWork<T>(
  host: Host,
  options: CommonOptions,
  work: (options: Pick<ApiOptions, "configuration" | "onEvent" | "signal">) => Promise<T>,
): Promise<T> {
  let printer: ProgressPrinter | undefined;
  const started = startedTo(host, options);
  const stop = new AbortController();
  const endInterrupt = host.onInterrupt(() => stop.abort());
  try {
    return await work({
      configuration: configPath(host, options.config).named,
      onEvent(event) {
        if (event.code === "CommandStarted") return started(event);
        printer ??= progressPrinter(host, options.json === true);
        printer.hear(event);
      },
      signal: stop.signal,
    });
  } finally {
    endInterrupt();
    printer?.stop();
  }
}

interface ResultOptions extends CommonOptions {
  /** Path of the manifest, relative to the working directory. @default - manifest.json; in a rehearsal, below its directory */
  readonly manifest?: string;
}

/**
 * The same for work that ends in a manifest.
 * @returns the exit code
 */
export async function withManifest(
  host: Host,
  options: ResultOptions,
  work: (options: Pick<ApiOptions, "configuration" | "onEvent" | "signal">) => Promise<RunResult>,
): Promise<number> {
  const given = options.manifest === undefined ? {} : { given: options.manifest };
  const file = resultFile(host, { name: "manifest.json", option: "--manifest", ...given });
  const json = options.json === true;
  const { manifest, state } = await atWork(host, options, work);
  host.out(json ? JSON.stringify(manifest) : manifestText(manifest, widthOf(host).columns));
  // After the result, which is printed even if the file cannot be written.
  writeWhole(file, `${JSON.stringify(manifest, null, 2)}\n`);
  if (!json) host.err(`written to ${path.relative(host.cwd, file)}`);
  return EXIT[state];
}
