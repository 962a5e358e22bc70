import type { Host } from "../host";

const TERRAFORM_FINISHES =
  "interrupted: Terraform finishes what it is doing, which can take a minute; nothing new is started";

/**
 * Turns Ctrl-C into a signal for a program that this process has started: Terraform, which finishes what it is doing. A second Ctrl-C does
 * not end this process, as it does elsewhere: Terraform would be left alone, and nobody would say what it has done.
 * @param told at each Ctrl-C
 */
export function interruptible(
  host: Host,
  told = TERRAFORM_FINISHES,
): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let release: () => void;
  const interrupt = () => {
    release();
    release = host.onInterrupt(interrupt);
    host.err(told);
    controller.abort();
  };
  release = host.onInterrupt(interrupt);
  return { signal: controller.signal, stop: () => release() };
}
