import type { Host } from "../host";

/**
 * Turns Ctrl-C into a signal for Terraform, which finishes what it is doing. A second Ctrl-C does not end this process, as it
 * does elsewhere: Terraform would be left alone, and nobody would say what it has done.
 */
export function interruptible(host: Host): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  let release: () => void;
  const interrupt = () => {
    release();
    release = host.onInterrupt(interrupt);
    host.err(
      "interrupted: Terraform finishes what it is doing, which can take a minute; nothing new is started",
    );
    controller.abort();
  };
  release = host.onInterrupt(interrupt);
  return { signal: controller.signal, stop: () => release() };
}
