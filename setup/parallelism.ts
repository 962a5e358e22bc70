import os from "node:os";

/**
 * What one provider process may hold, with Terraform's share; 0.6 GB was seen for a small stack. Terraform starts
 * one process per alias of the provider.
 */
const BYTES_PER_PROVIDER = 1024 ** 3;
/** A stack has one alias for each Region of its account; most accounts take part in two. */
const PROVIDERS_PER_STACK = 2;

/** How many stacks may be deployed at a time in this much memory; at least one. */
export function stacksAtOnce(availableBytes: number, providersPerStack = PROVIDERS_PER_STACK): number {
  return Math.max(1, Math.floor(availableBytes / (providersPerStack * BYTES_PER_PROVIDER)));
}

/** Memory that this process may still use, within its container's limit where it runs in one. */
export function availableMemoryBytes(): number {
  // Node 20 has it from 20.13 on only.
  const { availableMemory } = process as { availableMemory?: () => number };
  return availableMemory?.() ?? os.freemem();
}
