import type { StackFiles, ReviewSettings } from "../../review";
import { NO_SETTINGS, reviewStacks, type Review } from "../../review";
import { readSynthesised } from "../commands/read-synthesised";

export interface ReviewOptions {
  /** Severities and exceptions. @default - each rule's own */
  readonly settings?: ReviewSettings;
}

/**
 * Who gains and who loses which right between two syntheses, and what happens to keys, buckets and copies. Makes no AWS calls.
 * @param base,head directories into which the stacks were synthesised, absolute
 * @throws ConfigurationError where one of them has no stacks
 */
export function review(base: string, head: string, { settings = NO_SETTINGS }: ReviewOptions = {}): Review {
  const stacks = (directory: string) => readSynthesised(directory) as StackFiles;
  return reviewStacks(stacks(base), stacks(head), settings);
}
