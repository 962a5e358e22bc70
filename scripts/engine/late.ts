import { KeyferryError } from "../../core/errors";
import { isLeaseLost } from "./lease";

/** A lease is lost, and a change was sent before that was known: it may have been made after others had taken over. */
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
 * Makes a change, and takes it back where the lease was lost before its answer came. What takes it back looks first: whoever
 * has taken over may need it. It cannot fail the run any further, which has lost its lease.
 */
export async function orTakenBack<T>(change: () => Promise<T>, takeBack: () => Promise<void>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof SentLate) await takeBack().catch(() => undefined);
    throw error;
  }
}

/** Replaces the answer to a call that was sent, where the lease is lost. */
export function asSentLate(error: unknown): unknown {
  return isLeaseLost(error) ? new SentLate(error as KeyferryError) : error;
}
