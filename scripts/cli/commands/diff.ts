import { inOrder } from "../../terraform/schedule";
import { selectWithDropped, type Stack } from "../../terraform/synthesised";
import { StackWork } from "../../terraform/work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { lazy } from "../lazy";
import { reportOutcomes } from "../stacks/ending";
import { stackPrinter } from "../stacks/printer";
import { withStacks, type StackOptions } from "../stacks/session";
import { planCheck } from "../stacks/plan-check";
import { fitting } from "./deploy";

export interface DiffOptions extends StackOptions {
  /** Exits with 4 if something would change. */
  readonly exitCode?: boolean;
  /** Also prints who would gain or lose which permission. @default true, except with `json` */
  readonly rights?: boolean;
  /** Number of stacks at a time. */
  readonly parallelism?: number;
}

/**
 * `keyferry diff`: prints what a deployment would change in all stacks, and the result of `keyferry review` for it; changes nothing.
 * @returns 0; 4 with `--exit-code` if there are changes; Terraform's exit code if a stack cannot be planned
 */
export async function diffCommand(
  host: Host,
  patterns: readonly string[],
  options: DiffOptions,
): Promise<number> {
  const showsRights = options.rights !== false && options.json !== true;
  const settings = showsRights ? lazy.planRights().rightsSettings(host) : undefined;
  return withStacks(host, "diff", options, async (session) => {
    const { topology, stacks, parts, log, signal } = session;
    const selected = selectWithDropped(stacks, patterns.length === 0 ? ["*"] : patterns);
    const printer = stackPrinter(host, selected);
    const work = new StackWork({
      surroundings: { parts, log, signal },
      stacks,
      migrateState: options.migrateState === true,
      onEvent: printer.hear,
      check: planCheck(topology, () => host.connectAsDeployer(topology, "keyferry-deploy")),
      now: () => host.clock.now().getTime(),
    });
    const atOnce = options.parallelism ?? fitting(selected);
    const texts = new Map<string, string>();
    const plans = new Map<string, string | undefined>();
    const compare = (name: string) => {
      const stack = selected.find((one) => one.name === name) as Stack;
      const onText = (text: string) => void texts.set(name, text);
      const onPlan = (json: string | undefined) => void plans.set(name, json);
      return work.compare(stack, onText, settings === undefined ? undefined : onPlan);
    };
    const each = selected.map(({ name }) => ({ name, needs: [] }));
    try {
      const outcomes = await inOrder(each, atOnce, compare).finally(printer.stop);
      if (options.json !== true) texts.forEach((text, name) => host.out(`\n== ${name}\n${text}`));
      const isChanged = [...outcomes.values()].some(({ state }) => state === "planned");
      if (settings !== undefined && isChanged && !signal.aborted) {
        // The policies of changed stacks name keys and roles of unchanged stacks.
        (await work.keptPlans(atOnce)).forEach((json, name) => plans.set(name, json));
        host.out(`\n${lazy.planRights().rightsText(host, selected, plans, settings)}\n`);
      }
      const ending = { command: "diff", json: options.json === true, session } as const;
      const exitCode = reportOutcomes(host, ending, outcomes);
      return exitCode === EXIT.done && options.exitCode === true && isChanged ? EXIT.changes : exitCode;
    } finally {
      work.removeKeptPlans();
    }
  });
}
