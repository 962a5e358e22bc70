import type { CopyNode } from "../../topology";
import { isAwsError, type AwsCallError } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { RunContext } from "../engine/context";
import { isInterrupted } from "../engine/errors";
import { findCopy, type FoundCopies } from "../steps/find-copy";
import type { RuleToRun } from "./copy-image";

/** What stands of a node's copy. */
export interface Standing extends FoundCopies {
  /** What the parameter that is to show the copy shows; undefined when there is none. */
  readonly shown: string | undefined;
  /** Why it could not be read: its own copy fails of that, and no other. */
  readonly unseen?: AwsCallError;
}

/** What stands of every copy, by the node's id. */
export type Survey = ReadonlyMap<string, Standing>;

/**
 * Looks once for all copies of all rules, which costs one look for each account and Region. Where an earlier run was cut
 * short, a copy may have been started that is not described yet: what is not found is looked for once more, later.
 */
export async function survey(context: RunContext, rules: readonly RuleToRun[]): Promise<Survey> {
  const found = new Map<string, Standing>();
  await look(rules.flatMap(nodesOf));
  const unseen = rules
    .filter(({ resumed }) => resumed)
    .flatMap(nodesOf)
    .filter(({ node }) => found.get(node.id)?.living === undefined);
  if (unseen.length > 0) {
    try {
      await context.clock.sleep(context.settings.settleSeconds, context.signal);
    } catch (error) {
      // An interrupted run starts nothing, so that it need not know.
      if (isInterrupted(error)) return found;
      throw error;
    }
    await look(unseen);
  }
  return found;

  function nodesOf({ graph, awaited }: RuleToRun) {
    return [...graph.nodes, ...awaited].map((node) => ({ node, graph }));
  }

  function shownFor(node: CopyNode): Promise<string | undefined> {
    const { publishTo } = node.rule;
    if (node.role !== "final" || publishTo === undefined) return Promise.resolve(undefined);
    return context.aws.parameters(node.place).get(publishTo);
  }

  async function look(nodes: readonly { readonly node: CopyNode; readonly graph: RuleToRun["graph"] }[]) {
    await concurrently(nodes, async ({ node, graph }) => {
      try {
        const [copies, shown] = await Promise.all([
          findCopy(context, node, graph.source.imageId, context.past),
          shownFor(node),
        ]);
        found.set(node.id, { ...copies, shown });
      } catch (error) {
        if (!isAwsError(error)) throw error;
        found.set(node.id, { dead: [], others: [], lastAttempt: 0, shown: undefined, unseen: error });
      }
    });
  }
}
