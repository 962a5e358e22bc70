import { isKeyferryError } from "../../../../core/errors";
import type { Place } from "../../../../topology";
import { isAwsError, type ImagesPort } from "../../../aws";
import { throwIfAborted } from "../../../engine/graph-runner";
import type { Clock } from "../../../engine/clock";
import { isInterrupted, type Refusal } from "../../../engine/errors";
import { explainAwsAnswer } from "../../../engine/explain";
import { fencedCall } from "../../../engine/fence";
import type { Settings } from "../../../engine/settings";
import type { Foundation } from "../foundation";
import type { Campaign } from "./campaign";

/** What a campaign needs to make changes. */
export interface Work {
  readonly foundation: Foundation;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** @throws KeyferryError `LeaseLost` if another process works on the key */
  confirm(): Promise<void>;
  /** One line for each change. */
  readonly done: string[];
  readonly failures: Refusal[];
}

/** The same for one account. */
export interface PlaceWork extends Work {
  readonly campaign: Campaign;
  readonly place: Place;
  readonly images: ImagesPort;
}

/**
 * Makes one change, as long as no other process works on the key: the leases are checked before each attempt of the call, and after the
 * last one (decision 12).
 * @throws KeyferryError `LeaseLost`; `SentLate` if the call was already sent
 */
export async function change<T>(work: Work, make: () => Promise<T>): Promise<T> {
  throwIfAborted(work.signal);
  return fencedCall(() => work.confirm(), make);
}

/** Does the work for one resource; its failure does not stop the others. */
export async function attempt(work: PlaceWork, subject: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (isInterrupted(error)) throw error;
    work.failures.push(failureOf(work.place, subject, error));
  }
}

function failureOf({ account, region }: Place, subject: string, error: unknown): Refusal {
  const about = `${subject} in ${account.id} ${region}`;
  if (isAwsError(error)) {
    const { reason, fixes } = explainAwsAnswer(error);
    const fix = fixes.length === 0 ? {} : { fix: fixes.join("; or ") };
    return { subject: about, what: reason, ...fix, account: account.id };
  }
  if (!isKeyferryError(error)) throw error;
  const fix = error.fix === undefined ? {} : { fix: error.fix };
  return { subject: about, what: error.message, ...fix, account: account.id };
}

/** Retries a copy that EC2 refuses because too many are in progress. */
export async function patiently<T>(work: Work, start: () => Promise<T>): Promise<T> {
  const { clock, settings, signal } = work;
  const since = clock.now().getTime();
  for (;;) {
    try {
      return await change(work, start);
    } catch (error) {
      const triedSeconds = (clock.now().getTime() - since) / 1000;
      const isFull = isAwsError(error, "ResourceLimitExceeded");
      if (!isFull || triedSeconds >= settings.quotaPatienceSeconds) throw error;
      await clock.sleep(settings.quotaPauseSeconds, signal);
    }
  }
}
