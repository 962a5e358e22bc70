import { interrupted, isInterrupted } from "./errors";

export interface Task {
  /** Unique; several jobs may name the same shared task. */
  readonly id: string;
  /** Several jobs need it: it runs once, even if it is listed several times. @default false - its id may be listed only once */
  readonly shared?: boolean;
  /** Tasks that must have succeeded; otherwise this one is skipped. */
  readonly needs: readonly string[];
  /** Tasks that must have ended, successfully or not; this way a share is withdrawn when the last dependant has ended. */
  readonly after: readonly string[];
  run(): Promise<void>;
}

export type Outcome =
  | { readonly state: "done" }
  | { readonly state: "failed"; readonly error: unknown }
  | { readonly state: "skipped"; readonly because: string }
  | { readonly state: "interrupted" };

/**
 * Runs each task as soon as the tasks that it waits for have ended. A failed task stops only tasks that need it. Once the signal is
 * aborted nothing new starts. Never throws for a task's failure.
 * @param tasks every task comes after the tasks that it names
 */
export async function runTasks(
  tasks: readonly Task[],
  signal: AbortSignal,
  onOutcome: (task: Task, outcome: Outcome) => Promise<void> | void = () => undefined,
): Promise<ReadonlyMap<string, Outcome>> {
  const running = new Map<string, Promise<Outcome>>();
  for (const task of once(tasks)) running.set(task.id, finish(task));

  // An outcome that cannot be reported is a defect and ends the run, but only after all running tasks have ended.
  await Promise.allSettled(running.values());
  const outcomes = new Map<string, Outcome>();
  for (const [id, outcome] of running) outcomes.set(id, await outcome);
  return outcomes;

  async function finish(task: Task): Promise<Outcome> {
    const outcome = await attempt(task);
    await onOutcome(task, outcome);
    return outcome;
  }

  async function attempt(task: Task): Promise<Outcome> {
    let failed: string | undefined;
    for (const id of task.needs) {
      if ((await running.get(id))?.state !== "done") failed ??= id;
    }
    for (const id of task.after) await running.get(id);
    if (signal.aborted) return { state: "interrupted" };
    if (failed !== undefined) return { state: "skipped", because: failed };
    try {
      await task.run();
      return { state: "done" };
    } catch (error) {
      return isInterrupted(error) ? { state: "interrupted" } : { state: "failed", error };
    }
  }
}

/** Each shared task at its first place in the list. @throws TypeError for two tasks of one id that are not the same */
function once(tasks: readonly Task[]): readonly Task[] {
  const first = new Map<string, Task>();
  for (const task of tasks) {
    const other = first.get(task.id);
    if (other === undefined) first.set(task.id, task);
    else if (!task.shared || !other.shared) throw new TypeError(`there are two tasks ${task.id}`);
  }
  return [...first.values()];
}

/** For steps that must not start after an interruption. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted();
}
