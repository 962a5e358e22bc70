import path from "node:path";
import { shellWord } from "../../../core/shell-word";
import { readConfiguration } from "../../terraform/configuration";
import { countsOf, type Outcome } from "../../terraform/outcome";
import {
  failureReasons,
  failureText,
  leftBehindText,
  sameReasonText,
  type FailureReason,
} from "../../report/stacks/failure-text";
import { comparisonSummary, outcomeLines, type Outcomes } from "../../report/stacks/summary-text";
import { isDropped } from "../../terraform/synthesised";
import { hanging } from "../../report/wrap";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { widthOf } from "../width";
import type { StackSession } from "./session";

export interface Ending {
  readonly command: "deploy" | "destroy" | "diff";
  readonly json: boolean;
  readonly session: StackSession;
}

/**
 * Prints the end of a command on stacks: why stacks failed, one line for each stack, and what to do next.
 * @returns 0, Terraform's exit code if a stack failed, 130 if the command was interrupted
 */
export function reportOutcomes(host: Host, ending: Ending, outcomes: Outcomes): number {
  const { command, json, session } = ending;
  const reasons = reasonsOf(host, session, outcomes);
  const leftBehind = leftBehindOf(outcomes, reasons);
  const exitCode = exitCodeOf(outcomes, leftBehind);
  const log = path.relative(host.cwd, session.log.file);
  if (json) {
    const stacks = asJson(outcomes, reasons);
    host.out(JSON.stringify({ command, topology: session.topology.name, log, stacks }));
    return exitCode;
  }
  const { columns } = widthOf(host);
  const texts = [
    ...failureTexts(outcomes, reasons),
    ...leftBehind.map((name) => leftBehindText(name, reasons.get(name)?.[0]?.site.account)),
  ];
  texts.forEach((text) => host.err(`\n${hanging(text, columns)}`));
  host.out(["", ...outcomeLines(outcomes)].join("\n"));
  if (command === "diff") host.out(comparisonSummary(outcomes));
  const next = nextStep(command, exitCode, outcomes);
  if (next !== undefined) host.err(next);
  if ([...outcomes.values()].some(({ state }) => state === "failed" || state === "interrupted"))
    host.err(`full Terraform output: ${log}`);
  return exitCode;
}

/** Why each of the failed stacks failed. */
type Reasons = ReadonlyMap<string, readonly FailureReason[]>;

function reasonsOf(
  { cwd }: Pick<Host, "cwd">,
  { stacks, topology, parts }: StackSession,
  outcomes: Outcomes,
): Reasons {
  return new Map(
    [...outcomes].flatMap(([name, outcome]) => {
      if (outcome.state !== "failed") return [];
      const stack = stacks.find((one) => one.name === name);
      if (stack === undefined) return [];
      const directory = shellWord(path.relative(cwd, stack.directory));
      const unlock = (lock: string) =>
        `${shellWord(parts.terraform.path)} -chdir=${directory} force-unlock ${lock}`;
      return [[name, failureReasons(outcome, readConfiguration(stack), topology.operator.id, unlock)]];
    }),
  );
}

/**
 * Stacks of accounts that left the topology and cannot be accessed any more: otherwise every later deployment would fail. If the
 * command names only such accounts, their failures are the command's failures, and none is left behind.
 */
function leftBehindOf(outcomes: Outcomes, reasons: Reasons): readonly string[] {
  const names = [...outcomes.keys()];
  if (names.every((name) => isDropped({ name }))) return [];
  return names.filter((name) => isDropped({ name }) && reasons.get(name)?.every(({ isEntry }) => isEntry));
}

/** Why stacks failed. A reason that is printed for one stack is not repeated for another. */
function failureTexts(outcomes: Outcomes, all: Reasons): readonly string[] {
  const printed = new Map<string, string>();
  return [...outcomes].flatMap(([name, outcome]) => {
    if (outcome.state !== "failed") return [];
    const reasons = all.get(name) ?? [];
    const keys = reasons.map(({ explanation: { cause, fixes } }) => JSON.stringify([cause, fixes]));
    const same = reasons.every(({ explanation }) => explanation.cause !== undefined)
      ? printed.get(keys.join())
      : undefined;
    printed.set(keys.join(), same ?? name);
    return [same === undefined ? failureText(name, outcome, reasons) : sameReasonText(name, outcome, same)];
  });
}

function exitCodeOf(outcomes: Outcomes, leftBehind: readonly string[]): number {
  const all = [...outcomes.values()];
  if (all.some(({ state }) => state === "interrupted") || all.some(isNeverStarted)) return EXIT.interrupted;
  const failed = [...outcomes].flatMap(([name, outcome]) =>
    outcome.state === "failed" && !leftBehind.includes(name) ? [outcome] : [],
  )[0];
  if (failed !== undefined) return failed.exitCode;
  return all.some(({ state }) => state === "declined") ? EXIT.failed : EXIT.done;
}

/** The command was interrupted before the stack was started; no other stack is the reason. */
function isNeverStarted(outcome: Outcome): boolean {
  return outcome.state === "not-started" && outcome.because.length === 0;
}

function nextStep(command: Ending["command"], exitCode: number, outcomes: Outcomes): string | undefined {
  const isChanged = [...outcomes.values()].some(
    ({ state }) => state === "applied" || state === "interrupted" || state === "failed",
  );
  if (exitCode === 0 || command === "diff" || !isChanged) return undefined;
  return exitCode === EXIT.interrupted
    ? "applied changes remain; run the same command again to continue"
    : "do what `fix` says, then run the same command again: applied changes remain, and the rest is applied";
}

function asJson(outcomes: Outcomes, reasons: Reasons): readonly object[] {
  return [...outcomes].map(([stack, outcome]) => ({
    stack,
    ...outcome,
    ...("plan" in outcome && outcome.plan !== undefined ? { counts: countsOf(outcome.plan.changes) } : {}),
    ...(outcome.state === "failed" ? { reasons: reasons.get(stack) } : {}),
  }));
}
