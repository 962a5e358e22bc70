import { ConfigurationError } from "../../../core/errors";
import { availableMemoryBytes, stacksAtOnce } from "../../../setup/parallelism";
import { stackName } from "../../../topology";
import { hanging } from "../../report/wrap";
import { lossLines, planCounts } from "../../report/stacks/plan-text";
import { readConfiguration, providersOf } from "../../terraform/configuration";
import type { Plan } from "../../terraform/outcome";
import { deploymentOrder, inOrder } from "../../terraform/schedule";
import {
  isDropped,
  selectStacks,
  selectWithDropped,
  stackNames,
  type Stack,
} from "../../terraform/synthesised";
import { StackWork } from "../../terraform/work";
import type { Host } from "../host";
import { reportOutcomes } from "../stacks/ending";
import { stackPrinter } from "../stacks/printer";
import { withStacks, type StackOptions, type StackSession } from "../stacks/session";
import { planCheck } from "../stacks/plan-check";
import { serviceLinkedRoles } from "../stacks/service-linked-roles";
import { widthOf } from "../width";

export interface DeployCommandOptions extends StackOptions {
  readonly autoApprove?: boolean;
  /** Number of stacks at a time. */
  readonly parallelism?: number;
}

/**
 * `keyferry deploy` and `keyferry destroy`: Terraform plans each stack, shows the plan if it has to be approved, and applies
 * exactly that plan.
 * @returns Terraform's exit code if a stack failed
 * @throws ConfigurationError when nothing has been changed
 */
export async function deployCommand(
  host: Host,
  command: "deploy" | "destroy",
  patterns: readonly string[],
  options: DeployCommandOptions,
): Promise<number> {
  const destroy = command === "destroy";
  const asks = options.autoApprove !== true;
  const review = asks ? approval(host, command) : options.verbose === true ? display(host) : undefined;
  return withStacks(host, command, options, async (session) => {
    const { topology, stacks, parts, log, memory, signal } = session;
    const chosen = select(stacks, patterns, command);
    // Access in accounts that left the topology is withdrawn after everything else.
    const dropped = destroy ? [] : chosen.filter(isDropped);
    const named = chosen.filter((stack) => !dropped.includes(stack));
    const selected = [...named, ...dropped];
    if (destroy) refuseDependants(stacks, selected);
    host.err(`${command}: ${selected.map(({ name }) => name).join(", ")}`);
    const printer = stackPrinter(host, selected);
    const connect = () => host.connectAsDeployer(topology, "keyferry-deploy");
    const work = new StackWork({
      surroundings: { parts, log, signal },
      stacks,
      migrateState: options.migrateState === true,
      onEvent: printer.hear,
      check: planCheck(topology, connect),
      prepare: serviceLinkedRoles(topology, connect),
      applying: memory.applying,
      deployed: memory.deployed,
      now: () => host.clock.now().getTime(),
    });
    const order = deploymentOrder(named, (name) => foundationOf(session, name), destroy);
    const atOnce = asks ? 1 : (options.parallelism ?? fitting(selected));
    const deploy = (name: string) => {
      const stack = selected.find((one) => one.name === name) as Stack;
      return work.deploy(stack, { destroy, ...(review === undefined ? {} : { review }) });
    };
    try {
      const outcomes = await inOrder(order, atOnce, deploy);
      const afterwards = await inOrder(
        dropped.map(({ name }) => ({ name, needs: [] })),
        1,
        deploy,
      );
      const all = new Map([...outcomes, ...afterwards]);
      return reportOutcomes(host, { command, json: options.json === true, session }, all);
    } finally {
      printer.stop();
    }
  });
}

/** The number of stacks that fit into this machine's memory at a time. */
export function fitting(stacks: readonly Stack[]): number {
  const providers = Math.max(1, ...stacks.map((stack) => providersOf(readConfiguration(stack))));
  return stacksAtOnce(availableMemoryBytes(), providers);
}

function select(
  stacks: readonly Stack[],
  patterns: readonly string[],
  command: "deploy" | "destroy",
): readonly Stack[] {
  if (patterns.length > 0)
    return command === "deploy" ? selectWithDropped(stacks, patterns) : selectStacks(stacks, patterns);
  throw new ConfigurationError(
    [
      {
        path: "stacks",
        what: `no stack is named; ${command} needs at least one`,
        allowed: stackNames(stacks),
        fix: `npx keyferry ${command} 'foundation-*'`,
      },
    ],
    "the command line",
  );
}

/** Stacks that read outputs of a stack must be destroyed before it or with it. */
function refuseDependants(stacks: readonly Stack[], selected: readonly Stack[]): void {
  const problems = selected.flatMap(({ name }) => {
    const readers = stacks.filter((stack) => stack.dependencies.includes(name) && !selected.includes(stack));
    if (readers.length === 0) return [];
    const names = readers.map((reader) => reader.name).join(", ");
    return [
      {
        path: name,
        what: `${names} still reads its outputs`,
        fix: `destroy ${names} too`,
      },
    ];
  });
  if (problems.length > 0) throw new ConfigurationError(problems, "the command line");
}

const FOUNDATION_LAYERS = ["foundation-keys", "foundation-access", "foundation-grants"] as const;

/** Consumers find their account's foundation by name, so they are deployed after it. */
function foundationOf({ topology }: StackSession, name: string): readonly string[] {
  return topology.accounts.flatMap((account) =>
    name === stackName("consumers", account.name)
      ? FOUNDATION_LAYERS.map((layer) => stackName(layer, account.name))
      : [],
  );
}

/** @throws ConfigurationError if there is no terminal to ask on */
function approval(host: Host, command: string) {
  const { ask } = host;
  if (ask === undefined) {
    throw new ConfigurationError(
      [
        {
          path: "--auto-approve",
          what: `${command} asks for approval, and there is no terminal to ask on`,
          fix: "check the output of npx keyferry diff, then add --auto-approve",
        },
      ],
      "the command line",
    );
  }
  const show = display(host);
  return async (stack: Stack, plan: Plan, text: string): Promise<boolean> => {
    const { name } = stack;
    await show(stack, plan, text);
    host.err(hanging([`${name}: ${planCounts(plan)}`, ...lossLines(plan)].join("\n"), widthOf(host).columns));
    const answer = await ask(`Apply this to ${name}? Only "yes" is accepted: `);
    return answer?.trim() === "yes";
  };
}

/** Shows a plan that does not have to be approved. */
function display(host: Host) {
  return ({ name }: Stack, _plan: Plan, text: string): Promise<boolean> => {
    host.err(`\n== ${name}\n${text}\n`);
    return Promise.resolve(true);
  };
}
