import type { DeclaredCopy } from "./copies";
import type { CopyPlan } from "./copy-plan";
import type { StackFiles } from "./stack-file";

/** What one synthesis has written, or what plans tell of it. */
export interface Synthesis {
  readonly stacks: StackFiles;
  /** @default - it does not tell them: plans, and what other programs have written */
  readonly copies?: readonly DeclaredCopy[];
  /** What the next `run` would copy. @default - nobody has planned it, and nothing is told of data and cost */
  readonly copyPlan?: CopyPlan;
}
