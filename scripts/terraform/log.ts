import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { visible } from "../../core/visible";
import { PRIVATE_DIRECTORY, PRIVATE_FILE } from "../../core/whole-file";

/** Number of logs that are kept; older ones are removed. */
const KEPT = 20;
const SUFFIX = ".log";

/** The full Terraform output of one command, in a file of the workspace. */
export class Log {
  private spools = 0;

  private constructor(
    /** Absolute. */
    readonly file: string,
    private readonly listener: (text: string) => void,
  ) {}

  /**
   * Starts a log.
   * @param directory absolute; where logs are kept
   * @param listener called with the written text, unchanged
   */
  static begin(directory: string, command: string, now: Date, listener: (text: string) => void): Log {
    mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    const old = readdirSync(directory)
      .filter((name) => name.endsWith(SUFFIX))
      .sort();
    old.slice(0, Math.max(0, old.length - KEPT + 1)).forEach((name) => rmSync(path.join(directory, name)));
    const moment = now.toISOString().replace(/[-:]/g, "").replace(/\..*/, "Z");
    return new Log(path.join(directory, `${moment}-${command}-${process.pid}${SUFFIX}`), listener);
  }

  /** A new file next to the log that nothing else uses. */
  spool(): string {
    this.spools += 1;
    return `${this.file}.${this.spools}`;
  }

  /** Appends a text, each line prefixed with the name of its stack, and calls the listener. */
  write(stack: string, text: string): void {
    this.listener(this.keep(stack, text));
  }

  /** Appends a text without calling the listener, because it is shown in another way. */
  keep(stack: string, text: string): string {
    const lines = text.trimEnd().split("\n");
    const marked = visible(lines.map((line) => `${stack} | ${line}`.trimEnd()).join("\n"));
    appendFileSync(this.file, `${marked}\n`, { mode: PRIVATE_FILE });
    return marked;
  }
}
