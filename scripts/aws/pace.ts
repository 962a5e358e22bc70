/** The clock of retries, so that tests do not need real time. */
export interface Timekeeper {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

export const systemTime: Timekeeper = {
  now: Date.now,
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
};

/** How calls are retried. Source of the defaults: the SDKs' standard retry mode, with more retries for throttling. */
export interface PaceOptions {
  /** Maximum number of concurrent calls to one service of one account and Region. */
  readonly seats: number;
  /** Attempts for a throttled call, and for a call that fails with another transient error. */
  readonly throttledAttempts: number;
  readonly passingAttempts: number;
  /** Attempts for a call while no call was ever answered: then an address or the network is wrong, and waiting does not help. */
  readonly firstAttempts: number;
  /** Seconds of the first pause after throttling, of the first pause after another transient error, and of the longest pause. */
  readonly throttledPause: number;
  readonly passingPause: number;
  readonly longestPause: number;
}

export const PACE: PaceOptions = {
  seats: 40,
  throttledAttempts: 14,
  passingAttempts: 8,
  firstAttempts: 4,
  throttledPause: 0.5,
  passingPause: 0.1,
  longestPause: 20,
};

/** The state of one call across its attempts, in the form that the SDK requires. */
export interface Attempt {
  /** How often it was throttled, and how often it failed with another transient error. */
  readonly failures: { readonly throttled: number; readonly passing: number };
  getRetryCount(): number;
  getRetryDelay(): number;
}

/** Whether AWS has ever responded; shared by all calls of one process. */
export interface Contact {
  isMade: boolean;
}

/** The SDK's classification of an error. */
export interface Judgement {
  readonly errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
  readonly error?: unknown;
}

/** Attempts for a call that AWS refuses while the SDK corrects its clock: the next attempt is signed with the right time. */
const CORRECTED_ATTEMPTS = 2;

/**
 * The pace of the calls to one service in one account and Region, as an SDK retry strategy. AWS throttles by account, Region and
 * service: if one call is throttled, all calls to that service wait, and KMS does not slow EC2 down.
 */
export class Pace {
  readonly mode = "keyferry";
  /** Seconds for which all calls wait after the next throttling; halved by each success. */
  private pause = 0;
  private openAt = 0;
  private taken = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly time: Timekeeper = systemTime,
    private readonly options: PaceOptions = PACE,
    private readonly contact: Contact = { isMade: true },
  ) {}

  /** Called by the SDK before a call is sent for the first time. */
  async acquireInitialRetryToken(): Promise<Attempt> {
    if (this.taken < this.options.seats) this.taken += 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    await this.untilOpen();
    return attempt({ throttled: 0, passing: 0 });
  }

  /** Called by the SDK when an attempt has failed; includes the wait. @throws if the call must not be retried */
  async refreshRetryTokenForRetry(token: Attempt, { errorType, error }: Judgement): Promise<Attempt> {
    const isThrottled = errorType === "THROTTLING";
    if (isThrottled || errorType === "CLIENT_ERROR") this.contact.isMade = true;
    const failures = isThrottled
      ? { ...token.failures, throttled: token.failures.throttled + 1 }
      : { ...token.failures, passing: token.failures.passing + 1 };
    // Counted separately: a call that was throttled for a while still has all its attempts for network errors.
    const [made, allowed] = isThrottled
      ? [failures.throttled, this.options.throttledAttempts]
      : [failures.passing, isClockCorrected(error) ? CORRECTED_ATTEMPTS : this.passingAttempts()];
    if (errorType === "CLIENT_ERROR" || made >= allowed) {
      this.leave();
      throw new TypeError(`not repeated after ${token.getRetryCount() + 1} attempts`);
    }
    if (isThrottled) this.slowDown();
    const first = isThrottled ? this.options.throttledPause : this.options.passingPause;
    await this.time.sleep(jittered(Math.min(this.options.longestPause, first * 2 ** (made - 1))));
    await this.untilOpen();
    return attempt(failures);
  }

  /** Called by the SDK when a call has succeeded. */
  recordSuccess(): void {
    this.pause /= 2;
    this.contact.isMade = true;
    this.leave();
  }

  private passingAttempts(): number {
    const { passingAttempts, firstAttempts } = this.options;
    return this.contact.isMade ? passingAttempts : Math.min(firstAttempts, passingAttempts);
  }

  private slowDown(): void {
    const { throttledPause, longestPause } = this.options;
    this.pause = Math.min(longestPause, Math.max(throttledPause, this.pause * 2));
    this.openAt = Math.max(this.openAt, this.time.now() + this.pause * 1000);
  }

  private async untilOpen(): Promise<void> {
    for (;;) {
      const seconds = (this.openAt - this.time.now()) / 1000;
      // A pause longer than the maximum means that the machine's clock was set back in the meantime.
      if (seconds <= 0 || seconds > this.options.longestPause) return;
      // Calls that are retried in the same order each time could be throttled each time.
      await this.time.sleep(seconds * (1 + Math.random() / 4));
    }
  }

  private leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.taken -= 1;
    else next();
  }
}

/**
 * While the machine's clock differs from AWS's by minutes, the SDK classifies every refusal as transient, regardless of its reason: a
 * request for an object that does not exist would be retried until all attempts are used.
 */
function isClockCorrected(error: unknown): boolean {
  const { $metadata: { clockSkewCorrected, httpStatusCode = 0 } = {} } = (error ?? {}) as Answered;
  return clockSkewCorrected === true && httpStatusCode < 500;
}

/** The SDK's metadata of an error. */
interface Answered {
  readonly $metadata?: { readonly clockSkewCorrected?: boolean; readonly httpStatusCode?: number };
}

function attempt(failures: Attempt["failures"]): Attempt {
  return { failures, getRetryCount: () => failures.throttled + failures.passing, getRetryDelay: () => 0 };
}

/** Calls that were refused at the same time are not retried at the same time. */
function jittered(seconds: number): number {
  return seconds * (0.5 + Math.random() / 2);
}
