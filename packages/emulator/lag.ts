import { afterWork } from "./after-work";
import { AwsError, type Clock, type Operation } from "./contract";
import type { MountedService } from "./dispatch";
import { Replica } from "./replica";
import type { Store } from "./state/capture";

/** A service's state as clients see it. */
export interface View<T extends Store> {
  readonly state: T;
  /** To be called before each look at the state. */
  refresh(): void;
}

/** How one service lags. */
interface Lagging {
  /** Operations that show, or use, what the service held some seconds ago; all others find what was just written. */
  readonly reads: RegExp;
  /** Whether writes are authorised by what was seen then, too. */
  readonly authorisesLate: boolean;
}

/**
 * What lags, and what does not although AWS leaves it open. IAM lags by itself, in `identity/`.
 * Sources: EC2 developer guide, "Eventual consistency in the Amazon EC2 API"; KMS developer guide, "AWS KMS eventual
 * consistency" and "Eventual consistency for grants".
 */
export const LAGGING: Readonly<Record<string, Lagging>> = {
  ec2: { reads: /^(Describe|Get)/, authorisesLate: false },
  kms: {
    reads:
      /^(Describe|List|Get(?!ParametersForImport)|Encrypt|Decrypt|ReEncrypt|Generate(?!Random)|Sign|Verify|DeriveSharedSecret)/,
    authorisesLate: true,
  },
};

/** Services whose calls and background work change a state that lags. */
const WRITERS: ReadonlySet<string> = new Set([...Object.keys(LAGGING), "autoscaling"]);
const READING = /^(Describe|List|Get)/;

/** Eventual consistency as AWS documents it. With 0 seconds nothing lags. */
export class Lag {
  private readonly replicas: Replica[] = [];

  constructor(
    private readonly clock: Clock,
    /** Of wall time, which is what clients wait in; advancing the clock passes them too. */
    readonly seconds: number,
  ) {}

  /** What clients see of a state. @param copy an empty state, which then trails behind `source` */
  view<T extends Store>(source: T, copy: T): View<T> {
    if (this.seconds === 0) return { state: source, refresh: () => undefined };
    const replica = new Replica(source, copy, this.clock, this.seconds);
    this.replicas.push(replica);
    return { state: copy, refresh: () => replica.catchUp() };
  }

  /** A service whose reads look at the view, and all else at the state itself. */
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

  /** The clock for services: what background work changes lags, too. */
  watched(): Clock {
    if (this.seconds === 0) return this.clock;
    return afterWork(this.clock, () => this.note());
  }

  /** To be called when a call has succeeded. */
  served(service: string, operation: string): void {
    if (WRITERS.has(service) && !READING.test(operation)) this.note();
  }

  /** Makes everything seen. */
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

/** The checks with what is seen; with what is there where that is not seen yet. */
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
