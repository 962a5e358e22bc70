import path from "node:path";
import { workspace } from "../../core/workspace";
import type { Topology } from "../../topology";
import type { AwsAccess } from "../aws";
import type { Clock } from "../engine/clock";
import type { EventSink } from "../engine/events";
import { openJournal, type Journal } from "../engine/journal";
import type { LeaseKeeper } from "../engine/lease-record";
import type { WrittenManifest } from "../engine/results";
import type { Settings } from "../engine/settings";
import { manifestText } from "../report/result-text";
import type { RunResult } from "../commands/run";
import { EXIT } from "./exit-codes";
import type { Host } from "./host";
import { progressPrinter } from "./progress-printer";
import { resultFile } from "./result-file";
import type { Session } from "./session";
import { widthOf } from "./width";
import { writeWhole } from "../../core/whole-file";

/** What a command that changes something works with. */
export interface AtWork {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly keeper: LeaseKeeper;
  readonly listener: EventSink;
  /** Aborted at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Does some work while its progress is told and Ctrl-C is heeded; a live table is gone when it answers. */
export async function atWork<T>(
  host: Host,
  { topology, aws, run, settings }: Session,
  json: boolean,
  work: (input: AtWork) => Promise<T>,
): Promise<T> {
  const printer = progressPrinter(host, json);
  const stop = new AbortController();
  const endInterrupt = host.onInterrupt(() => stop.abort());
  const { clock } = host;
  const me = { host: host.hostName, pid: host.pid, run };
  try {
    return await work({
      topology,
      aws,
      clock,
      settings,
      keeper: { me, clock, settings, isAlive: (pid) => host.isAlive(pid) },
      listener: (event) => printer.hear(event),
      signal: stop.signal,
    });
  } finally {
    endInterrupt();
    printer.stop();
  }
}

interface ResultOptions {
  readonly json?: boolean;
  /** Path of the manifest, relative to the working directory. @default - manifest.json; a rehearsal's is below its directory */
  readonly manifest?: string;
}

/**
 * The same for work that keeps a journal and ends in a manifest.
 * @returns the exit code
 */
export async function withManifest(
  host: Host,
  session: Session,
  options: ResultOptions,
  work: (input: AtWork & { readonly journal: Journal }) => Promise<RunResult>,
): Promise<number> {
  const given = options.manifest === undefined ? {} : { given: options.manifest };
  const file = resultFile(host, { name: "manifest.json", option: "--manifest", ...given });
  const { kind: cloud } = workspace(host.env, host.cwd);
  const journal = openJournal(session.journal);
  const json = options.json === true;
  try {
    const { manifest, state } = await atWork(host, session, json, (input) => work({ ...input, journal }));
    const result: WrittenManifest = { cloud, ...manifest };
    host.out(json ? JSON.stringify(result) : manifestText(manifest, widthOf(host).columns));
    // After the result, which is told even where no file can be written.
    writeWhole(file, `${JSON.stringify(result, null, 2)}\n`);
    if (!json) host.err(`written to ${path.relative(host.cwd, file)}`);
    return EXIT[state];
  } finally {
    journal.close();
  }
}
