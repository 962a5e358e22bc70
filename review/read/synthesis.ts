import type { DeclaredCopy } from "./copies";
import type { CopyPlan } from "./copy-plan";
import type { StackFiles } from "./stack-file";

/** The output of one synthesis, or its equivalent from plans. */
export interface Synthesis {
  readonly stacks: StackFiles;
  /** @default - not available: plans, and the output of other programs */
  readonly copies?: readonly DeclaredCopy[];
  /** What the next `run` would copy. @default - no plan, so data and cost are not reported */
  readonly copyPlan?: CopyPlan;
}
