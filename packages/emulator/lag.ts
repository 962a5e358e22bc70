import { afterWork } from "./after-work";
import { AwsError, type Clock, type Operation } from "./contract";
import type { MountedService } from "./dispatch";
import { Replica } from "./replica";
import type { Store } from "./state/capture";

/** A service's state as clients see it. */
export interface View<T extends Store> {
  readonly state: T;
  /** Call this before each read of the state. */
  refresh(): void;
}

/** The eventual consistency of one service. */
interface Lagging {
  /** Operations that show or use the state of some seconds ago; all others see the last write. */
  readonly reads: RegExp;
  /** Whether writes are authorised against the earlier state, too. */
  readonly authorisesLate: boolean;
}

/**
 * Which reads are eventually consistent, and which are not although AWS leaves it open. IAM's lag is implemented in
 * `identity/`. Sources: EC2 developer guide, "Eventual consistency in the Amazon EC2 API"; KMS developer guide, "AWS
 * KMS eventual consistency" and "Eventual consistency for grants".
 */
export const LAGGING: Readonly<Record<string, Lagging>> = {
  ec2: { reads: /^(Describe|Get)/, authorisesLate: false },
  kms: {
    reads:
      /^(Describe|List|Get(?!ParametersForImport)|Encrypt|Decrypt|ReEncrypt|Generate(?!Random)|Sign|Verify|DeriveSharedSecret)/,
    authorisesLate: true,
  },
};

/** Services whose calls and background work change an eventually consistent state. */
const WRITERS: ReadonlySet<string> = new Set([...Object.keys(LAGGING), "autoscaling"]);
const READING = /^(Describe|List|Get)/;

/** Eventual consistency as AWS documents it. With 0 seconds everything is consistent immediately. */
export class Lag {
  private readonly replicas: Replica[] = [];

  constructor(
    private readonly clock: Clock,
    /** Wall time, because clients wait in wall time; advancing the clock passes them, too. */
    readonly seconds: number,
  ) {}

  /** A state as clients see it. @param copy an empty state, which then follows `source` with a delay */
  view<T extends Store>(source: T, copy: T): View<T> {
    if (this.seconds === 0) return { state: source, refresh: () => undefined };
    const replica = new Replica(source, copy, this.clock, this.seconds);
    this.replicas.push(replica);
    return { state: copy, refresh: () => replica.catchUp() };
  }

  /** A service whose reads use the delayed view, and everything else the state itself. */
  mount<T extends Store>(state: T, view: View<T>, make: (state: T) => MountedService): MountedService {
    const live = make(state);
    const lag = LAGGING[live.name];
    if (this.seconds === 0 || lag === undefined) return live;
    const seen = make(view.state);
    const operations = Object.entries(live.operations).map(([name, operation]): [string, Operation] => {
      const late = refreshing(seen.operations[name] ?? operation, view);
      if (lag.reads.test(name)) return [name, late];
      return [
        name,
        lag.authorisesLate ? { ...operation, checks: lateOr(late.checks, operation.checks) } : operation,
      ];
    });
    return { ...live, operations: Object.fromEntries(operations) };
  }

  /** The clock for services: changes by background work become visible with the delay, too. */
  watched(): Clock {
    if (this.seconds === 0) return this.clock;
    return afterWork(this.clock, () => this.note());
  }

  /** Call this when a call succeeded. */
  served(service: string, operation: string): void {
    if (WRITERS.has(service) && !READING.test(operation)) this.note();
  }

  /** Makes all changes visible. */
  reset(): void {
    for (const replica of this.replicas) replica.reset();
  }

  private note(): void {
    for (const replica of this.replicas) replica.note();
  }
}

function refreshing({ checks, run }: Operation, view: Pick<View<Store>, "refresh">): Operation {
  return {
    checks(...about) {
      view.refresh();
      return checks(...about);
    },
    run(...about) {
      view.refresh();
      return run(...about);
    },
  };
}

/** The checks against the delayed view; against the current state where the resource is not visible yet. */
function lateOr(late: Operation["checks"], now: Operation["checks"]): Operation["checks"] {
  return async (...about) => {
    try {
      return await late(...about);
    } catch (error) {
      if (error instanceof AwsError) return now(...about);
      throw error;
    }
  };
}
