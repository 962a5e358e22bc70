import { setImmediate as turn } from "node:timers/promises";
import { endProcess } from "../core/end-process";
import { lateFailure } from "../core/program-file";
import { visible } from "../core/visible";
import { reportMistakes } from "./report";

/** An app: reads the user's configuration, then writes the stacks. */
export interface AppWork<T> {
  readonly read: () => T;
  readonly write: (declared: T) => void;
}

/**
 * Runs an app and ends the process afterwards: something that the configuration started, such as an endless timer,
 * does not keep the process alive, and an unhandled rejection is reported before anything is written.
 * @param tell receives lines for the user
 * @param exit ends the process. @default - after standard error is flushed
 */
export async function runApp<T>(
  work: AppWork<T>,
  tell: (text: string) => void,
  exit: (code: number) => void = leave,
): Promise<void> {
  process.umask(0o077);
  let isFailed = false;
  const say = (text: string) => tell(visible(text));
  const fail = (error: unknown) => {
    if (!isFailed) exit(reportMistakes(() => fault(error), say));
    isFailed = true;
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  let declared: T | undefined;
  const read = reportMistakes(() => (declared = work.read()), say);
  await turn();
  if (!isFailed) exit(read === 0 ? reportMistakes(() => work.write(declared as T), say) : read);
}

function fault(error: unknown): never {
  throw lateFailure(error) ?? error;
}

function leave(code: number): void {
  process.stderr.write("", () => endProcess(code));
}
