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
  /** Ends with 4 where something would change. */
  readonly exitCode?: boolean;
  /** Tells as well who would gain and who would lose which right. */
  readonly rights?: boolean;
  /** Stacks at a time. */
  readonly parallelism?: number;
}

/**
 * `keyferry diff`: what a deployment would change, over all stacks; changes nothing.
 * @returns 0; 4 with `--exit-code` where there are changes; Terraform's exit code where a stack cannot be planned
 */
export async function diffCommand(
  host: Host,
  patterns: readonly string[],
  options: DiffOptions,
): Promise<number> {
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
    const texts = new Map<string, string>();
    const plans = new Map<string, string | undefined>();
    const each = selected.map(({ name }) => ({ name, needs: [] }));
    const outcomes = await inOrder(each, options.parallelism ?? fitting(selected), (name) => {
      const stack = selected.find((one) => one.name === name) as Stack;
      const onPlan = (json: string | undefined) => void plans.set(name, json);
      return work.compare(
        stack,
        (text) => texts.set(name, text),
        options.rights === true ? onPlan : undefined,
      );
    }).finally(printer.stop);
    if (options.json !== true) texts.forEach((text, name) => host.out(`\n== ${name}\n${text}`));
    if (options.rights === true) {
      const names = selected.map(({ name }) => name);
      host.out(`\n${lazy.planRights().rightsText(host, names, plans)}\n`);
    }
    const exitCode = reportOutcomes(
      host,
      { command: "diff", json: options.json === true, session },
      outcomes,
    );
    const isChanged = [...outcomes.values()].some(({ state }) => state === "planned");
    return exitCode === EXIT.done && options.exitCode === true && isChanged ? EXIT.changes : exitCode;
  });
}
