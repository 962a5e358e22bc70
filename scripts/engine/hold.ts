import type { CopyNode } from "../../topology";
import {
  areTexts,
  createStateParameter,
  overwriteStateParameter,
  readStateParameter,
  removeStateParameter,
  takeBackStateParameter,
  type RuleState,
} from "./rule-state";

/**
 * An active rollback: the copies of one source image are held back, and those of an earlier one are published instead. It
 * lasts until the rule carries another source image, or the user ends it.
 */
export interface Hold {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  /** Id of the source image whose copies are not published. */
  readonly heldBack: string;
  /** Id of the source image whose copies are published instead. */
  readonly showing: string;
  /** Accounts (12 digits) in which it holds; absent: in all. */
  readonly accounts?: readonly string[];
}

export async function readHold(ruleState: RuleState): Promise<Hold | undefined> {
  return asHold(await readStateParameter<unknown>(ruleState.rollback));
}

/** A parameter that was changed manually holds back everything that it can mean. */
function asHold(value: unknown): Hold | undefined {
  const hold = value as Partial<Record<keyof Hold, unknown>> | null | undefined;
  if (typeof hold?.heldBack !== "string") return undefined;
  const { accounts } = hold;
  return {
    run: textOf(hold.run),
    at: textOf(hold.at),
    heldBack: hold.heldBack,
    showing: textOf(hold.showing),
    ...(areTexts(accounts) ? { accounts } : {}),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "unknown";
}

export async function writeHold(ruleState: RuleState, hold: Hold): Promise<void> {
  if (!(await createStateParameter(ruleState.rollback, hold)))
    await overwriteStateParameter(ruleState.rollback, hold);
}

/** Undoes a hold that a rollback wrote too late. */
export async function takeBackHold(ruleState: RuleState, run: string): Promise<void> {
  await takeBackStateParameter(
    ruleState.rollback,
    (written) => (written as Partial<Hold> | undefined)?.run === run,
  );
}

export async function removeHold(ruleState: RuleState): Promise<void> {
  await removeStateParameter(ruleState.rollback);
}

/** Whether a copy of a source image must not be published. */
export function isHeld(
  hold: Hold | undefined,
  node: Pick<CopyNode, "place">,
  sourceImageId: string,
): hold is Hold {
  if (hold === undefined || hold.heldBack !== sourceImageId) return false;
  return hold.accounts?.includes(node.place.account.id) ?? true;
}
