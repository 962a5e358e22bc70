import type { CopyNode } from "../../topology";
import { isAwsError, type AwsCallError } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { explainAwsAnswer } from "../engine/explain";
import { isHeld } from "../engine/hold";
import type { JournalRecord } from "../engine/journal";
import { findCopy, type FoundCopies } from "../steps/find-copy";
import { retirement, type Retirement } from "../steps/retire-copies";
import type { ExaminedCopy } from "../../kinds/kind";
import type { RuleToCarry } from "./rule-to-carry";

/** The state of a node's copy in AWS: everything that decides what is done about it. */
export interface CopyState extends FoundCopies {
  /** The current value of the parameter that should show the copy. @default - there is no parameter */
  readonly shown?: string;
  /** A final copy that is available, compared with its source. @default - there is none */
  readonly examined?: ExaminedCopy;
  /** Copies that are older than the topology keeps once this one exists. @default - it keeps all, or they were not read */
  readonly older?: Retirement;
  /** Why it could not be read: nothing else is known then. @default - it was read */
  readonly unread?: { readonly reason: string; readonly error?: AwsCallError };
}

/** By the node's id. */
export type CopyStates = ReadonlyMap<string, CopyState>;

/** The state if nothing was found or read. */
export const NO_COPY: CopyState = { spare: [], former: [], dead: [], others: [], lastAttempt: 0 };

/** @param reason AWS's words, or Keyferry's */
export function unreadCopy(reason: string, error?: AwsCallError): CopyState {
  const ofAws = error === undefined ? {} : { error };
  return { ...NO_COPY, unread: { reason, ...ofAws } };
}

/** A copy that the assessment is about, with its rule. */
export interface AssessedNode {
  readonly node: CopyNode;
  readonly rule: RuleToCarry;
}

/** The copies of a rule that must be read before anything is decided about it. */
export function nodesToAssess(rule: RuleToCarry): readonly AssessedNode[] {
  return [...rule.graph.nodes, ...rule.meant].map((node) => ({ node, rule }));
}

export interface AssessOptions {
  /** The journal's records of earlier runs. @default [] */
  readonly past?: readonly JournalRecord[];
  /**
   * Whether older copies and their users are read too. A run reads them just before it retires them, because
   * other users may exist by then. @default false
   */
  readonly older?: boolean;
}

/**
 * Reads the state of all copies at the same time, with one call for each account, Region and kind of resource. `plan`
 * and `run` decide from the same states. A copy that cannot be read is `unread`, and the others are still read.
 */
export async function assess(
  context: ReadContext,
  nodes: readonly AssessedNode[],
  options: AssessOptions = {},
): Promise<CopyStates> {
  const states = await concurrently(nodes, async ({ node, rule }): Promise<[string, CopyState]> => {
    try {
      return [node.id, await readState(context, node, rule, options)];
    } catch (error) {
      if (!isAwsError(error)) throw error;
      return [node.id, unreadCopy(explainAwsAnswer(error).reason, error)];
    }
  });
  return new Map(states);
}

async function readState(
  context: ReadContext,
  node: CopyNode,
  rule: RuleToCarry,
  { past = [], older: readsOlder = false }: AssessOptions,
): Promise<CopyState> {
  const { source } = rule.graph;
  const [found, shown] = await Promise.all([
    findCopy(context, rule.kind, node, source.id, past, rule.keyArns.get(node.id)),
    shownBy(context, node),
  ]);
  const state = shown === undefined ? found : { ...found, shown };
  if (node.role !== "final") return state;
  const available = found.fate === "available" ? found.living : undefined;
  const ahead = { copies: available === undefined, publishes: publishes(rule, node, state) };
  const [examined, older] = await Promise.all([
    available === undefined
      ? undefined
      : rule.kind.examine(context, node, source, available.id, rule.keyArns.get(node.id)),
    readsOlder ? retirement(context, rule.kind, node, source.id, ahead) : undefined,
  ]);
  return {
    ...state,
    ...(examined === undefined ? {} : { examined }),
    ...(older === undefined ? {} : { older }),
  };
}

/** Whether a run changes what the parameter shows. */
export function publishes(
  { graph, hold }: RuleToCarry,
  node: CopyNode,
  { living, shown }: CopyState,
): boolean {
  const { publishTo } = node.rule;
  if (node.role !== "final" || publishTo === undefined) return false;
  return !isHeld(hold, node, graph.source.id) && (shown === undefined || shown !== living?.id);
}

function shownBy(context: ReadContext, node: CopyNode): Promise<string | undefined> {
  const { publishTo } = node.rule;
  if (node.role !== "final" || publishTo === undefined) return Promise.resolve(undefined);
  return context.aws.parameters(node.place).get(publishTo);
}
