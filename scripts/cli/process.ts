import { endProcess } from "../../core/end-process";
import { lateFailure } from "../../core/program-file";
import { lazy } from "./lazy";
import { printing } from "./output";
import { runCli } from "./run-cli";
import { showing } from "./showing";
import { systemHost } from "./system-host";

/**
 * Runs the command line of this process, and ends the process. Unhandled exceptions and rejections also end it, and are reported
 * like other errors.
 */
export function runProcess(): void {
  // Applies to the files that Terraform writes too: other users must not read state and plans.
  process.umask(0o077);
  const argv = process.argv.slice(2);
  const { leave } = printing([process.stdout, process.stderr], endProcess);
  let isEnding = false;
  const fail = (error: unknown) => {
    if (isEnding) return;
    isEnding = true;
    const { text, exitCode } = lazy
      .printError()
      .reported(lateFailure(error) ?? error, argv.includes("--json"));
    showing(systemHost).err(text);
    void leave(exitCode);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  void runCli(argv).then(leave);
}
