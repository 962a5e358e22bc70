import { rmSync } from "node:fs";
import pLimit from "p-limit";
import type { Surroundings } from "./command";
import type { Diagnostic, Message } from "./machine-output";
import type { Failure, Outcome, Plan } from "./outcome";
import { copyWithPlaceholders, missingValues, withoutPlaceholders } from "./placeholders";
import type { StateView } from "./state-view";
import {
  applyPlan,
  initialise,
  makePlan,
  planAsJson,
  planFile,
  showPlan,
  stateUnreadable,
  viewState,
  type Job,
} from "./steps";
import type { Stack } from "./synthesised";

/** Events of the work on a stack. */
export type StackEvent =
  | { readonly code: "planning" }
  | { readonly code: "planned"; readonly plan: Plan }
  | { readonly code: "message"; readonly message: Message }
  | { readonly code: "ended"; readonly outcome: Outcome };

export interface WorkOptions {
  readonly surroundings: Surroundings;
  /** All stacks of the synthesis. */
  readonly stacks: readonly Stack[];
  /** Moves the state of a stack whose backend has changed. */
  readonly migrateState: boolean;
  readonly onEvent: (stack: Stack, event: StackEvent) => void;
  /** Reasons not to apply a plan although Terraform could. @default - none */
  readonly check?: (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]>;
  /** After approval, creates what a plan needs and Terraform cannot create; returns what prevents it. @default - creates nothing */
  readonly prepare?: (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]>;
  /** Called before a stack is applied; if it throws, the stack is not applied. @default - not called */
  readonly applying?: (stack: Stack) => void;
  /** Called when a stack is deployed as synthesised, now or already before. @default - not called */
  readonly deployed?: (stack: Stack) => void;
  /** Milliseconds since an arbitrary moment. */
  readonly now: () => number;
}

export interface DeployOptions {
  readonly destroy: boolean;
  /** Shows a plan as Terraform does, and returns whether to apply it. @default - it is applied without being shown */
  readonly review?: (stack: Stack, plan: Plan, text: string) => Promise<boolean>;
}

/** Runs Terraform on the stacks of a synthesis, one stack for each call. */
export class StackWork {
  private readonly ready = new Map<string, Promise<Failure | undefined>>();
  private readonly kept = new Map<string, Job>();
  private readonly states = new Map<string, Promise<StateView | Failure | undefined>>();

  constructor(private readonly options: WorkOptions) {}

  /** Plans a stack and applies exactly the plan that was shown. */
  deploy(stack: Stack, { destroy, review }: DeployOptions): Promise<Outcome> {
    return this.watched(stack, async (job) => {
      const planned = await makePlan(job, { place: stack, destroy, readOnly: false, awaits: [] });
      if ("state" in planned) return planned;
      const { plan } = planned;
      if (planned.isEmpty) {
        if (!destroy) this.options.deployed?.(stack);
        return { state: "unchanged" };
      }
      const refused = await this.refusal(stack, plan);
      if (refused !== undefined) return refused;
      this.options.onEvent(stack, { code: "planned", plan });
      if (review !== undefined && !(await review(stack, plan, await showPlan(job, stack)))) {
        return { state: "declined", plan };
      }
      const began = this.options.now();
      const unprepared = destroy ? [] : ((await this.options.prepare?.(stack, plan)) ?? []);
      if (unprepared.length > 0) return unchanged("apply", unprepared);
      if (!destroy) this.options.applying?.(stack);
      const failed = await applyPlan(job, plan);
      if (failed !== undefined) return failed;
      if (!destroy) this.options.deployed?.(stack);
      return { state: "applied", plan, seconds: (this.options.now() - began) / 1000 };
    });
  }

  /**
   * Plans a stack and changes nothing; works also before the stacks that it reads were deployed.
   * @param onText called with what would change, for people
   * @param onPlan called with the plan and all its values; undefined if Terraform cannot show it. A plan without changes is kept for `keptPlans`
   */
  compare(
    stack: Stack,
    onText?: (text: string) => void,
    onPlan?: (json: string | undefined) => void,
  ): Promise<Outcome> {
    return this.watched(stack, async (job) => {
      const missing = await missingValues(stack, this.options.stacks, (other) => this.stateOf(other));
      if ("state" in missing) return missing;
      const copy = missing.length === 0 ? undefined : copyWithPlaceholders(stack, missing);
      const place = copy ?? stack;
      try {
        const awaits = [...new Set(missing.map(({ from }) => from))];
        const planned = await makePlan(job, { place, destroy: false, readOnly: true, awaits });
        if ("state" in planned) return planned;
        if (planned.isEmpty && onPlan !== undefined && copy === undefined) this.kept.set(stack.name, job);
        else if (onPlan !== undefined) onPlan(await planAsJson(job, place));
        if (planned.isEmpty) return { state: "unchanged" };
        const refused = await this.refusal(stack, planned.plan);
        if (refused !== undefined) return refused;
        if (onText !== undefined) onText(withoutPlaceholders(await showPlan(job, place)));
        return { state: "planned", plan: planned.plan };
      } finally {
        copy?.remove();
      }
    });
  }

  /** The kept plans by stack, with all their values; undefined if Terraform cannot show one. @param atOnce maximum number at a time */
  async keptPlans(atOnce: number): Promise<ReadonlyMap<string, string | undefined>> {
    const limit = pLimit(atOnce);
    const shown = [...this.kept].map(([name, job]) =>
      limit(async () => [name, await planAsJson(job, job.stack)] as const),
    );
    return new Map(await Promise.all(shown));
  }

  /** To be called at the end, because plans contain secrets. */
  removeKeptPlans(): void {
    for (const { stack } of this.kept.values()) rmSync(planFile(stack), { force: true });
    this.kept.clear();
  }

  private async refusal(stack: Stack, plan: Plan): Promise<Failure | undefined> {
    const diagnostics = (await this.options.check?.(stack, plan)) ?? [];
    if (diagnostics.length === 0) return undefined;
    return unchanged("plan", diagnostics);
  }

  private async watched(stack: Stack, work: (job: Job) => Promise<Outcome>): Promise<Outcome> {
    const { surroundings, onEvent } = this.options;
    const { signal } = surroundings;
    const ended = (outcome: Outcome): Outcome => {
      onEvent(stack, { code: "ended", outcome });
      return outcome;
    };
    if (signal.aborted) return ended({ state: "not-started", because: [] });
    onEvent(stack, { code: "planning" });
    const job: Job = {
      surroundings,
      stack,
      onMessage: (message) => onEvent(stack, { code: "message", message }),
    };
    try {
      const outcome = (await this.initialised(stack)) ?? (await work(job));
      const isInterrupted = signal.aborted && outcome.state === "failed";
      return ended(
        isInterrupted ? { state: "interrupted", plan: outcome.plan, done: outcome.done } : outcome,
      );
    } finally {
      if (!this.kept.has(stack.name)) rmSync(planFile(stack), { force: true });
    }
  }

  private initialised(stack: Stack): Promise<Failure | undefined> {
    return remembered(this.ready, stack.name, () =>
      initialise({ surroundings: this.options.surroundings, stack }, this.options.migrateState),
    );
  }

  /** The content of a stack's state; undefined if it was never deployed. */
  stateOf(stack: Stack): Promise<StateView | Failure | undefined> {
    return remembered(this.states, stack.name, async () => {
      const failed = await this.initialised(stack);
      if (failed === undefined) return viewState({ surroundings: this.options.surroundings, stack });
      return { ...failed, diagnostics: [...failed.diagnostics, stateUnreadable(stack, "")] };
    });
  }
}

/** A stack that Terraform was not allowed to change. */
function unchanged(step: Failure["step"], diagnostics: readonly Diagnostic[]): Failure {
  return { state: "failed", step, exitCode: 1, diagnostics, done: [] };
}

function remembered<T>(known: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const value = known.get(name) ?? make();
  known.set(name, value);
  return value;
}
