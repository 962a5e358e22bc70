import { Pace, PACE, type Attempt, type Contact, type Judgement } from "../../../scripts/aws/pace";

const THROTTLED: Judgement = { errorType: "THROTTLING" };
const PASSING: Judgement = { errorType: "TRANSIENT" };
const REFUSED: Judgement = { errorType: "CLIENT_ERROR" };

/** A pace with a clock that jumps to the end of each sleep. */
function pace(options: Partial<typeof PACE> = {}, contact?: Contact) {
  let milliseconds = 0;
  const slept: number[] = [];
  const time = {
    now: () => milliseconds,
    sleep: async (seconds: number) => {
      slept.push(seconds);
      milliseconds += seconds * 1000;
    },
  };
  return {
    pace: new Pace(time, { ...PACE, ...options }, contact),
    slept,
    now: () => milliseconds / 1000,
    putBack: (seconds: number) => void (milliseconds -= seconds * 1000),
  };
}

async function failing(one: Pace, how: Judgement): Promise<number> {
  let token: Attempt = await one.acquireInitialRetryToken();
  for (;;) {
    try {
      token = await one.refreshRetryTokenForRetry(token, how);
    } catch {
      return token.getRetryCount() + 1;
    }
  }
}

describe("the pace of calls", () => {
  it("retries throttled calls more often than calls with other transient errors", async () => {
    expect(await failing(pace().pace, THROTTLED)).toBe(PACE.throttledAttempts);
    expect(await failing(pace().pace, PASSING)).toBe(PACE.passingAttempts);
  });

  it("retries a refused call once while the machine's clock is corrected, and other errors as often as usual", async () => {
    const corrected = (httpStatusCode: number): Judgement => ({
      errorType: "TRANSIENT",
      error: { $metadata: { clockSkewCorrected: true, httpStatusCode } },
    });
    expect(await failing(pace().pace, corrected(400))).toBe(2);
    expect(await failing(pace().pace, corrected(503))).toBe(PACE.passingAttempts);
  });

  it("retries a call that loses its connection after it was throttled for a while", async () => {
    const { pace: one } = pace();
    let token = await one.acquireInitialRetryToken();
    for (let times = 1; times < PACE.throttledAttempts; times += 1) {
      token = await one.refreshRetryTokenForRetry(token, THROTTLED);
    }
    for (let times = 1; times < PACE.passingAttempts; times += 1) {
      token = await one.refreshRetryTokenForRetry(token, PASSING);
    }
    await expect(one.refreshRetryTokenForRetry(token, PASSING)).rejects.toThrow(
      "not repeated after 21 attempts",
    );
  });

  it("stops early while no call was ever answered, and retries longer once any call was answered", async () => {
    const contact = { isMade: false };
    const { pace: here, slept } = pace({}, contact);
    expect(await failing(here, PASSING)).toBe(PACE.firstAttempts);
    expect(slept.reduce((sum, seconds) => sum + seconds, 0)).toBeLessThan(1);
    await failing(pace({}, contact).pace, REFUSED);
    expect(await failing(here, PASSING)).toBe(PACE.passingAttempts);
  });

  it("does not wait for an hour after the clock was set back", async () => {
    const { pace: one, slept, putBack } = pace();
    await failing(one, THROTTLED);
    putBack(3600);
    const before = slept.length;
    await one.acquireInitialRetryToken();
    expect(slept.slice(before)).toEqual([]);
  });

  it("never retries a permanent refusal", async () => {
    const { pace: one, slept } = pace();
    expect(await failing(one, REFUSED)).toBe(1);
    expect(slept).toEqual([]);
  });

  it("increases the pause with each attempt, up to the maximum", async () => {
    const { pace: one, slept } = pace();
    await failing(one, PASSING);
    expect(slept[0]).toBeLessThanOrEqual(PACE.passingPause);
    expect(Math.max(...slept)).toBeLessThanOrEqual(PACE.longestPause);
    expect(slept.at(-1)).toBeGreaterThan(slept[0] ?? 0);
  });

  it("delays other calls too when one is throttled, and releases them once calls succeed", async () => {
    const { pace: one, slept } = pace();
    let token = await one.acquireInitialRetryToken();
    for (let times = 0; times < 6; times += 1) token = await one.refreshRetryTokenForRetry(token, THROTTLED);
    slept.length = 0;
    const refusing = one.refreshRetryTokenForRetry(token, THROTTLED);
    await one.acquireInitialRetryToken();
    expect(slept.length).toBeGreaterThan(1);
    await refusing;
    for (let times = 0; times < 8; times += 1) one.recordSuccess();
    slept.length = 0;
    await one.acquireInitialRetryToken();
    expect(slept).toEqual([]);
  });

  it("never allows more calls in progress than the limit, whether they succeed or fail", async () => {
    const { pace: one } = pace({ seats: 2 });
    const first = await one.acquireInitialRetryToken();
    await one.acquireInitialRetryToken();
    let third = false;
    const waiting = one.acquireInitialRetryToken().then(() => (third = true));
    await new Promise(setImmediate);
    expect(third).toBe(false);
    await expect(one.refreshRetryTokenForRetry(first, REFUSED)).rejects.toThrow("not repeated");
    await waiting;
    expect(third).toBe(true);
  });
});
