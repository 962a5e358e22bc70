import { checkAttempt } from "../../../scripts/aws/attempts";
import type { AwsAccess } from "../../../scripts/aws";
import type { Clock } from "../../../scripts/engine/clock";
import { CALLS } from "../../../scripts/engine/fence";
import { eachCall } from "../../_helpers/each-call";

/**
 * When a process is frozen. `before`: the call is not sent yet, and the SDK checks once more before it sends it. `late`: the SDK has
 * checked, and the request is sent when the process wakes. `after`: the call is executed and its response not received.
 */
export type FrozenWhen = "before" | "late" | "after";

const changes = new Set(
  Object.values(CALLS).flatMap((calls) =>
    Object.entries(calls).flatMap(([name, kind]) => (kind === "changes" ? [name] : [])),
  ),
);

/** Freezes a process at one of its changing calls: nothing in it continues until it is woken. */
export class Freezer {
  /** Number of changing calls so far. */
  readonly calls: string[] = [];
  private gate: Promise<void> | undefined;
  private open: () => void = () => undefined;
  private readonly freezing: Promise<void>;
  private tell: () => void = () => undefined;
  private frozenAt: number | undefined;
  private suspended = 0;

  /** @param at number of the call, from 1; 0: never */
  constructor(
    private readonly at: number,
    private readonly when: FrozenWhen,
    private readonly real: Clock,
    private readonly machine: { readonly aheadSeconds: number; readonly isSuspended: boolean },
  ) {
    this.freezing = new Promise((resolve) => (this.tell = resolve));
  }

  /** The clocks of the process's machine; the steady one stops while the machine is suspended. */
  readonly clock: Clock = {
    now: () => new Date(this.real.now().getTime() + this.machine.aheadSeconds * 1000),
    steady: () => this.real.steady() - this.suspended,
    sleep: (seconds, signal) => this.real.sleep(seconds, signal),
  };

  get hasFrozen(): boolean {
    return this.frozenAt !== undefined;
  }

  /** Resolves as soon as it is frozen. */
  frozen(): Promise<void> {
    return this.freezing;
  }

  wake(): void {
    if (this.machine.isSuspended) this.suspended = this.real.steady() - (this.frozenAt ?? 0);
    this.gate = undefined;
    this.open();
  }

  around(aws: AwsAccess): AwsAccess {
    return eachCall(aws, async (operation, call) => {
      await this.gate;
      if (!changes.has(operation)) return this.heard(call);
      const isHere = this.calls.push(operation) === this.at;
      if (isHere && this.when === "before") await this.freeze();
      await checkAttempt();
      if (isHere && this.when === "late") await this.freeze();
      const answer = call();
      if (isHere && this.when === "after") {
        await answer.catch(() => undefined);
        await this.freeze();
      }
      return this.heard(() => answer);
    });
  }

  private async heard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } finally {
      await this.gate;
    }
  }

  private freeze(): Promise<void> {
    this.frozenAt = this.real.steady();
    this.gate = new Promise((resolve) => (this.open = resolve));
    this.tell();
    return this.gate;
  }
}
