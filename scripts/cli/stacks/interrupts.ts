import type { Host } from "../host";

const TERRAFORM_FINISHES =
  "interrupted: Terraform completes the operations in progress, which can take a minute, and starts nothing new";

/**
 * Turns Ctrl-C into a signal for a program that this process has started: Terraform, which completes its operations in progress. Unlike in
 * other commands, a second Ctrl-C does not end this process: Terraform would continue unattended, and its result would not be reported.
 * @param message text that is printed at each Ctrl-C
 */
export function interruptible(
  host: Host,
  message = TERRAFORM_FINISHES,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let release: () => void;
  const interrupt = () => {
    release();
    release = host.onInterrupt(interrupt);
    host.err(message);
    controller.abort();
  };
  release = host.onInterrupt(interrupt);
  return { signal: controller.signal, stop: () => release() };
}
