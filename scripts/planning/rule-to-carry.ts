import type { CopyGraph, CopyNode } from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { CopyView } from "../engine/copy";
import type { Hold } from "../engine/hold";
import type { Intent } from "../engine/intent";

/** A rule whose source was read: the input of assessment, plan and run. */
export interface RuleToCarry {
  readonly kind: Kind;
  readonly graph: CopyGraph;
  /** The source of the copies. */
  readonly original: CopyView;
  /** Node id -> ARN of the key of its copy. */
  readonly keyArns: ReadonlyMap<string, string>;
  /** Whether this continues an interrupted run. */
  readonly resumed: boolean;
  /** Whether an earlier run may have left something, even if this run does not continue it. */
  readonly mayHaveLeft: boolean;
  /** Final copies that an unfinished run was to make and that are not selected now. */
  readonly meant: readonly CopyNode[];
  /** An active rollback that this run does not end. */
  readonly hold?: Hold;
}

/** The final copies outside the selection that a run with this intent was to make. */
export function intendedCopies({ leftOut }: CopyGraph, intent: Intent | undefined): readonly CopyNode[] {
  if (intent === undefined) return [];
  return leftOut.filter(({ id, role }) => role === "final" && (intent.jobs?.includes(id) ?? true));
}
