import { refuseWrongEndpoint } from "../core/workspace";
import { hostEnvironment } from "./environment";
import { FRAMEWORK_COMMANDS, type FrameworkCommand } from "./framework-arguments";
import { runFramework } from "./framework-run";
import { ProgramFailed } from "./program";
import { describeError } from "./report-error";

const WRONG_USAGE = 2;

/** `npm run deploy -- <stacks> [options]` and its kin; the exit code is the tool's own. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  if (!isFrameworkCommand(command)) {
    console.error(`usage: deploy.ts ${FRAMEWORK_COMMANDS.join("|")} [stack or pattern ...] [options]`);
    return WRONG_USAGE;
  }
  if (asksForApproval(command, args) && !process.stdin.isTTY) {
    console.error(
      `${command} asks for approval, and there is no terminal to ask on; look at npm run diff, then add ${APPROVE}`,
    );
    return WRONG_USAGE;
  }
  // The terminal interrupts the tool as well, which then lets Terraform finish; ending first would orphan it.
  const ignore = () => undefined;
  const terminated = new AbortController();
  process.on("SIGINT", ignore).once("SIGTERM", () => terminated.abort());
  try {
    refuseWrongEndpoint(process.env);
    await runFramework(hostEnvironment(), command, args, { signal: terminated.signal });
    return 0;
  } catch (error) {
    if (error instanceof ProgramFailed && error.exitCode !== undefined) return error.exitCode;
    console.error(describeError(error));
    return error instanceof ProgramFailed ? 1 : WRONG_USAGE;
  }
}

const APPROVE = "--auto-approve";

function asksForApproval(command: FrameworkCommand, args: readonly string[]): boolean {
  return (
    (command === "deploy" || command === "destroy") && !args.some((arg) => arg.split("=", 1)[0] === APPROVE)
  );
}

function isFrameworkCommand(text: string | undefined): text is FrameworkCommand {
  return (FRAMEWORK_COMMANDS as readonly (string | undefined)[]).includes(text);
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
