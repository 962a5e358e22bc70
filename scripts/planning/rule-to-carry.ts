import type { CopyGraph, CopyNode } from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { CopyView } from "../engine/copy";
import type { Hold } from "../engine/hold";
import type { Intent } from "../engine/intent";

/** A rule whose source has been read: what is assessed, planned and run. */
export interface RuleToCarry {
  readonly kind: Kind;
  readonly graph: CopyGraph;
  /** What the copies are made from. */
  readonly original: CopyView;
  /** Node id -> ARN of the key under which its copy ends. */
  readonly keyArns: ReadonlyMap<string, string>;
  /** Whether this goes on from an earlier run that was cut short. */
  readonly resumed: boolean;
  /** Whether an earlier run may have left something, even where this one does not go on from it. */
  readonly mayHaveLeft: boolean;
  /** Final copies that an unfinished run was to make and that are not selected now. */
  readonly meant: readonly CopyNode[];
  /** A rollback that holds, and that this run does not end. */
  readonly hold?: Hold;
}

/** The final copies outside the selection that a run with this intent was to make. */
export function meantCopies({ leftOut }: CopyGraph, intent: Intent | undefined): readonly CopyNode[] {
  if (intent === undefined) return [];
  return leftOut.filter(({ id, role }) => role === "final" && (intent.jobs?.includes(id) ?? true));
}
