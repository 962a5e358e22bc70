import type { DeclaredCopy } from "./copies";
import type { StackFiles } from "./stack-file";

/** What one synthesis has written, or what plans tell of it. */
export interface Synthesis {
  readonly stacks: StackFiles;
  /** @default - it does not tell them: plans, and what other programs have written */
  readonly copies?: readonly DeclaredCopy[];
}
