import fs from "node:fs";
import path from "node:path";
import { openJournal } from "../../engine/journal";
import type { Manifest } from "../../engine/results";
import type { Settings } from "../../engine/settings";
import { manifestText } from "../../report/result-text";
import { run } from "../../routes/run";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { progressPrinter } from "../progress-printer";
import { openSession, type CommonOptions } from "../session";

export interface RunOptions extends CommonOptions {
  /** Path of the manifest, relative to the working directory. */
  readonly manifest: string;
  readonly repin?: boolean;
  readonly maxCopies?: number;
  readonly pollMin?: number;
  readonly pollMax?: number;
}

/** `keyferry run`: copies, shares, re-encrypts, publishes, withdraws; goes on where an earlier run stopped. */
export async function runCommand(host: Host, options: RunOptions): Promise<number> {
  const session = openSession(host, options);
  const { topology, aws, run: runId } = session;
  const settings = withOptions(session.settings, options);
  const journal = openJournal(session.journal);
  const printer = progressPrinter(host, options.json === true);
  const stop = new AbortController();
  const endInterrupt = host.onInterrupt(() => stop.abort());
  try {
    const { manifest, state } = await run({
      topology,
      aws,
      clock: host.clock,
      settings,
      journal,
      keeper: {
        me: { host: host.hostName, pid: host.pid, run: runId },
        clock: host.clock,
        settings,
        isAlive: (pid) => host.isAlive(pid),
      },
      listener: (event) => printer.hear(event),
      signal: stop.signal,
      repin: options.repin ?? false,
    });
    writeManifest(path.resolve(host.cwd, options.manifest), manifest);
    host.out(options.json === true ? JSON.stringify(manifest) : manifestText(manifest));
    return EXIT[state];
  } finally {
    endInterrupt();
    printer.stop();
    journal.close();
  }
}

function withOptions(settings: Settings, options: RunOptions): Settings {
  const pollMinSeconds = options.pollMin ?? settings.pollMinSeconds;
  const pollMaxSeconds = Math.max(pollMinSeconds, options.pollMax ?? settings.pollMaxSeconds);
  return {
    ...settings,
    maxCopiesPerPlace: options.maxCopies ?? settings.maxCopiesPerPlace,
    pollMinSeconds,
    pollMaxSeconds,
    progressSeconds: Math.min(settings.progressSeconds, pollMaxSeconds),
  };
}

/** Written whole or not at all: a reader never sees half a manifest. */
function writeManifest(file: string, manifest: Manifest): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, `${JSON.stringify(manifest, null, 2)}\n`);
  fs.renameSync(draft, file);
}
