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

/** What AWS shows of a node's copy: all that decides what is done about it. */
export interface CopyState extends FoundCopies {
  /** What the parameter that is to show the copy shows. @default - there is no parameter */
  readonly shown?: string;
  /** A final copy that is available, compared with its source. @default - there is none */
  readonly examined?: ExaminedCopy;
  /** Copies that are older than the topology keeps once this one exists. @default - it keeps all, or they were not read */
  readonly older?: Retirement;
  /** Why AWS did not let it be read: nothing else is known then. @default - it was read */
  readonly unread?: { readonly reason: string; readonly error?: AwsCallError };
}

/** By the node's id. */
export type CopyStates = ReadonlyMap<string, CopyState>;

/** Where nothing was found, or nothing was looked for. */
export const NO_COPY: CopyState = { spare: [], former: [], dead: [], others: [], lastAttempt: 0 };

/** @param reason AWS's words, or our own */
export function unreadCopy(reason: string, error?: AwsCallError): CopyState {
  const ofAws = error === undefined ? {} : { error };
  return { ...NO_COPY, unread: { reason, ...ofAws } };
}

/** A copy that the assessment is about, with its rule. */
export interface AssessedNode {
  readonly node: CopyNode;
  readonly rule: RuleToCarry;
}

/** The copies of a rule that have to be read before anything is decided about it. */
export function nodesToAssess(rule: RuleToCarry): readonly AssessedNode[] {
  return [...rule.graph.nodes, ...rule.meant].map((node) => ({ node, rule }));
}

export interface AssessOptions {
  /** What the journal knows of earlier runs. @default [] */
  readonly past?: readonly JournalRecord[];
  /**
   * Whether older copies, and what uses them, are read as well. A run reads them when it comes to retire them, because by
   * then something else may use them. @default false
   */
  readonly older?: boolean;
}

/**
 * Reads the state of copies, all at once, which costs one call for each account and Region and kind of resource. `plan`
 * and `run` decide by the same states. A copy that AWS does not let us read is `unread`, and keeps no other from being read.
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
