/** Time as the retries see it, so that tests need no real seconds. */
export interface Timekeeper {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(seconds: number): Promise<void>;
}

export const systemTime: Timekeeper = {
  now: Date.now,
  sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
};

/** How calls are repeated. Source of the defaults: the SDKs' standard retry mode, with more patience for throttling. */
export interface PaceOptions {
  /** Calls on their way at the same time to one service of one account and Region. */
  readonly seats: number;
  /** Attempts at one call that is throttled, and at one that fails for another passing reason. */
  readonly throttledAttempts: number;
  readonly passingAttempts: number;
  /** Attempts at one call while nobody has ever answered: then an address or a network is wrong, and waiting mends neither. */
  readonly firstAttempts: number;
  /** Seconds of the first pause after throttling, of the first after another passing failure, and of the longest. */
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

/** What one call carries from attempt to attempt, in the shape that the SDK wants. */
export interface Attempt {
  /** How often it has been throttled, and how often it has failed for another passing reason. */
  readonly failures: { readonly throttled: number; readonly passing: number };
  getRetryCount(): number;
  getRetryDelay(): number;
}

/** Whether AWS has ever answered; shared by all calls of one process. */
export interface Contact {
  isMade: boolean;
}

/** The SDK's judgement of an error. */
export interface Judgement {
  readonly errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
  readonly error?: unknown;
}

/** Attempts at one call that AWS refuses while the SDK sets its clock by AWS's: the next one is signed with the right time. */
const CORRECTED_ATTEMPTS = 2;

/**
 * The pace of the calls to one service in one account and Region, in the shape of an SDK retry strategy. AWS throttles
 * by account, Region and service: when one call is refused, all of them wait, and KMS does not slow EC2 down.
 */
export class Pace {
  readonly mode = "keyferry";
  /** Seconds for which all calls wait after the next refusal; halved by what succeeds. */
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

  /** Called by the SDK when an attempt has failed; waits itself. @throws when the call is not to be repeated */
  async refreshRetryTokenForRetry(token: Attempt, { errorType, error }: Judgement): Promise<Attempt> {
    const isThrottled = errorType === "THROTTLING";
    if (isThrottled || errorType === "CLIENT_ERROR") this.contact.isMade = true;
    const failures = isThrottled
      ? { ...token.failures, throttled: token.failures.throttled + 1 }
      : { ...token.failures, passing: token.failures.passing + 1 };
    // Counted apart: a call that was throttled for a while has not used up its patience with the network.
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
      // No pause is longer than the longest: the machine's clock has been put back meanwhile.
      if (seconds <= 0 || seconds > this.options.longestPause) return;
      // Calls that come back in the same order each time may meet the refusals of a steady throttle each time.
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
 * The SDK counts every refusal as a passing one for as long as the machine's clock is minutes away from AWS's, whatever the refusal is
 * about: an object that does not exist would be asked for until all patience is used up.
 */
function isClockCorrected(error: unknown): boolean {
  const { $metadata: { clockSkewCorrected, httpStatusCode = 0 } = {} } = (error ?? {}) as Answered;
  return clockSkewCorrected === true && httpStatusCode < 500;
}

/** What the SDK notes beside an error. */
interface Answered {
  readonly $metadata?: { readonly clockSkewCorrected?: boolean; readonly httpStatusCode?: number };
}

function attempt(failures: Attempt["failures"]): Attempt {
  return { failures, getRetryCount: () => failures.throttled + failures.passing, getRetryDelay: () => 0 };
}

/** Calls that were refused together do not come back together. */
function jittered(seconds: number): number {
  return seconds * (0.5 + Math.random() / 2);
}
