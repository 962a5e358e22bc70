import os from "node:os";

/**
 * Memory that one provider process may need, including Terraform's share; 0.6 GB was measured for a small stack. Terraform
 * starts one process per alias of the provider.
 */
const BYTES_PER_PROVIDER = 1024 ** 3;
/** A stack has one alias for each Region of its account; most accounts use two Regions. */
const PROVIDERS_PER_STACK = 2;

/** How many stacks may be deployed at a time in this much memory; at least one. */
export function stacksAtOnce(availableBytes: number, providersPerStack = PROVIDERS_PER_STACK): number {
  return Math.max(1, Math.floor(availableBytes / (providersPerStack * BYTES_PER_PROVIDER)));
}

/** Memory that is available to this process, within the limit of its container if it has one. */
export function availableMemoryBytes(): number {
  // Node 20 has it only from 20.13.
  const { availableMemory } = process as { availableMemory?: () => number };
  return availableMemory?.() ?? os.freemem();
}
