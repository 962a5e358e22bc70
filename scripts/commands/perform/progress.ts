import { must } from "../../../core/must";
import type { CopyNode } from "../../../topology";
import type { SnapshotView } from "../../aws";
import type { CopyView } from "../../engine/copy";
import type { Refusal } from "../../engine/errors";
import type { Sharer } from "../../engine/share-record";
import type { Slots } from "../../engine/slots";
import { NO_COPY, type CopyState, type CopyStates } from "../../planning/assess";
import type { RuleToCarry } from "../../planning/rule-to-carry";
import type { MadeCopy } from "./make-copy";

/** A rule that is about to run. */
export interface RuleToRun extends RuleToCarry {
  /** Id of the run that pinned the image: this one, or the one that it resumes. */
  readonly intent: string;
}

/** A final copy that exists, verified, and published unless a rollback holds it back. */
export interface FinishedCopy {
  readonly node: CopyNode;
  readonly copy: CopyView;
  readonly snapshots: readonly SnapshotView[];
  readonly keyArn: string;
  readonly attempt: number;
  readonly isHeldBack: boolean;
}

/** A shared image that its account sees, published unless a rollback holds it back. */
export interface ArrivedShare {
  readonly imageId: string;
  readonly isHeldBack: boolean;
}

/** The state that the actions of one rule share while they run. */
export interface RuleProgress {
  readonly rule: RuleToRun;
  readonly states: CopyStates;
  readonly slots: Slots;
  readonly sharer: Sharer;
  /** Node id -> its available copy. */
  readonly made: Map<string, MadeCopy>;
  /** Node id -> its finished copy. */
  readonly finished: Map<string, FinishedCopy>;
  /** Share node id -> the image that has arrived. */
  readonly arrived: Map<string, ArrivedShare>;
  /** What this run recorded as shared, which AWS may not return yet. */
  readonly recorded: Map<string, Readonly<Record<string, string>>>;
  /** Called for each copy with the possible users of old copies that cannot be read. */
  readonly onUnclear: (use: Refusal) => void;
}

export function stateOf({ states }: RuleProgress, node: CopyNode): CopyState {
  return states.get(node.id) ?? NO_COPY;
}

export function keyArnOf({ rule }: RuleProgress, node: CopyNode): string {
  return must(rule.keyArns.get(node.id), `the key of ${node.id}`);
}
