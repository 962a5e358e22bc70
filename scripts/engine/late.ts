import { KeyferryError } from "../../core/errors";
import { isLeaseLost } from "./lease";

/** A lease was lost, and a change was sent before that was known: it may have been made after another run took over. */
export class SentLate extends KeyferryError {
  constructor(lost: KeyferryError) {
    super(lost.message, {
      code: "LeaseLost",
      source: "tool",
      ...(lost.fix === undefined ? {} : { fix: lost.fix }),
      cause: lost,
    });
  }
}

/**
 * Makes a change, and undoes it if the lease was lost before the response came. The undo checks first, because the run that
 * took over may need the change. A failure of the undo changes nothing for the run, which has already lost its lease.
 */
export async function orTakenBack<T>(change: () => Promise<T>, takeBack: () => Promise<void>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof SentLate) await takeBack().catch(() => undefined);
    throw error;
  }
}

/** Replaces the response of a call that was sent, if the lease is lost. */
export function asSentLate(error: unknown): unknown {
  return isLeaseLost(error) ? new SentLate(error as KeyferryError) : error;
}
