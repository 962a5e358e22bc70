import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runTerraform, type Surroundings } from "./command";
import { readError, readLine, type Change, type Diagnostic, type Message } from "./machine-output";
import type { Failure, Plan } from "./outcome";
import { isPlaceholder } from "./placeholders";
import { readState, type StateView } from "./state-view";
import type { Stack } from "./synthesised";

/** The directory in which Terraform works on a stack: the stack's own, or a copy. */
export interface Place {
  /** Absolute. */
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One Terraform command for one stack, and the listener for its messages. */
export interface Job {
  readonly surroundings: Surroundings;
  readonly stack: Stack;
  readonly onMessage?: (message: Message) => void;
}

/** A plan, and the file with which Terraform can apply it. */
export interface Planned {
  readonly plan: Plan;
  /** Nothing would change, not even an output. */
  readonly isEmpty: boolean;
  /** Absolute; holds secrets. */
  readonly file: string;
}

/** Terraform's `-detailed-exitcode`: the plan is not empty. */
const CHANGES = 2;

/**
 * Initialises a directory for Terraform: backend and provider.
 * @param migrate moves the state if the topology now keeps it in another place
 */
export async function initialise(job: Job, migrate: boolean): Promise<Failure | undefined> {
  // Terraform does not move state with -json, although it has nothing to ask.
  const { exitCode, diagnostics } = migrate
    ? await readable(job, ["init", "-no-color", "-input=false", "-migrate-state", "-force-copy"])
    : await machineReadable(job, job.stack, ["init", "-json", "-input=false"]);
  return exitCode === 0 ? undefined : failure("init", exitCode, diagnostics);
}

export interface PlanOptions {
  readonly place: Place;
  readonly destroy: boolean;
  /** Takes no lock and waits for none; for plans that are never applied. */
  readonly readOnly: boolean;
  /** Names of stacks whose values are placeholders. */
  readonly awaits: readonly string[];
}

export async function makePlan(job: Job, options: PlanOptions): Promise<Planned | Failure> {
  const { place, destroy, readOnly, awaits } = options;
  const file = planFile(place);
  const args = [
    "plan",
    "-json",
    "-input=false",
    "-detailed-exitcode",
    `-out=${file}`,
    ...(destroy ? ["-destroy"] : []),
    ...(readOnly ? ["-lock=false"] : []),
  ];
  const { exitCode, diagnostics, changes } = await machineReadable(job, place, args);
  if (exitCode !== 0 && exitCode !== CHANGES) return failure("plan", exitCode, diagnostics);
  const plan = { changes: changes.filter((change) => !isPlaceholder(change)), awaits };
  return { plan, isEmpty: exitCode === 0, file };
}

/** The file in which a plan is kept until it has been applied. */
export function planFile({ directory }: Place): string {
  return path.join(directory, "keyferry.tfplan");
}

/** A plan as Terraform shows it to people. */
export async function showPlan(job: Job, place: Place): Promise<string> {
  const lines: string[] = [];
  await runTerraform(job.surroundings, {
    ...place,
    args: ["show", "-no-color", planFile(place)],
    onLine: (line) => lines.push(line),
  });
  const text = lines.join("\n").trim();
  job.surroundings.log.keep(job.stack.name, text);
  return text;
}

/**
 * A plan with all its values, for programs: it contains secrets, and is written to no log.
 * @returns undefined if Terraform cannot show it
 */
export async function planAsJson(job: Job, place: Place): Promise<string | undefined> {
  const lines: string[] = [];
  const exitCode = await runTerraform(job.surroundings, {
    ...place,
    args: ["show", "-json", planFile(place)],
    onLine: (line) => lines.push(line),
  });
  return exitCode === 0 ? lines.join("\n") : undefined;
}

/** @returns what had been done before it failed, or undefined if everything was done */
export async function applyPlan(job: Job, plan: Plan): Promise<Failure | undefined> {
  const args = ["apply", "-json", "-input=false", planFile(job.stack)];
  const { exitCode, diagnostics, done } = await machineReadable(job, job.stack, args);
  return exitCode === 0 ? undefined : { ...failure("apply", exitCode, diagnostics), plan, done };
}

/**
 * The names in a stack's state; undefined if there is no state. The values are never passed on, and written to no log.
 * @returns the reason if it cannot be read, because then it can contain anything
 */
export async function viewState({ surroundings, stack }: Job): Promise<StateView | Failure | undefined> {
  const lines: string[] = [];
  const exitCode = await runTerraform(surroundings, {
    directory: stack.directory,
    args: ["state", "pull"],
    onLine: (line) => lines.push(line),
  });
  const text = lines.join("\n");
  return exitCode === 0 ? readState(text) : unreadable(stack, exitCode, text);
}

/** `state pull` does not print errors in a machine-readable form. */
function unreadable(stack: Stack, exitCode: number, text: string): Failure {
  const detail = stripVTControlCharacters(text).trim();
  return failure("plan", exitCode, [stateUnreadable(stack, detail)]);
}

/** Runs a command without machine-readable output: its errors are one text. */
async function readable({ surroundings, stack }: Job, args: readonly string[]) {
  const lines: string[] = [];
  surroundings.log.write(stack.name, `$ terraform ${args.join(" ")}`);
  const exitCode = await runTerraform(surroundings, {
    directory: stack.directory,
    args,
    onLine: (line) => {
      surroundings.log.write(stack.name, line);
      lines.push(line);
    },
  });
  return { exitCode, diagnostics: exitCode === 0 ? [] : [readError(lines.join("\n"))] };
}

async function machineReadable(
  { surroundings, stack, onMessage }: Job,
  place: Place,
  args: readonly string[],
) {
  const changes: Change[] = [];
  const diagnostics: Diagnostic[] = [];
  const done: string[] = [];
  surroundings.log.write(stack.name, `$ terraform ${args.join(" ")}`);
  const exitCode = await runTerraform(surroundings, {
    ...place,
    args,
    onLine: (line) => {
      const { text, message } = readLine(line);
      surroundings.log.write(stack.name, text);
      if (message.kind === "planned") changes.push(message.change);
      if (message.kind === "applied") done.push(message.address);
      if (message.kind === "diagnostic" && message.diagnostic.severity === "error") {
        diagnostics.push(message.diagnostic);
      }
      onMessage?.(message);
    },
  });
  return { exitCode, changes, diagnostics, done };
}

/** The diagnostic for a stack whose state cannot be read although another stack reads it. */
export function stateUnreadable({ name }: Stack, detail: string): Diagnostic {
  return { severity: "error", summary: `the state of ${name} could not be read`, detail };
}

function failure(step: Failure["step"], exitCode: number, diagnostics: readonly Diagnostic[]): Failure {
  return { state: "failed", step, exitCode, diagnostics, done: [] };
}
