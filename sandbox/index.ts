import {
  EmulatorError,
  startEmulator,
  type CloudClock,
  type Emulator,
  type EmulatorOptions,
} from "@keyferry/emulator";
import { KeyferryError } from "../core/errors";
import { hostEnvironment } from "../setup/environment";
import { provideMoto } from "../setup/moto";

export { DEFAULT_PORT } from "@keyferry/emulator";

/** The clock of a rehearsal cloud. */
export type RehearsalClock = CloudClock;

/** Options of a rehearsal cloud; the Python that it needs is found or installed. */
export type RehearsalOptions = Omit<EmulatorOptions, "python">;

/** A rehearsal cloud that runs in this process, with moto in its own process. It throws failures as `KeyferryError`. */
export type Rehearsal = Emulator;

/**
 * Starts a rehearsal cloud.
 * @throws KeyferryError if moto is not available or does not start, or if `state` is not a dump
 */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const { python } = await provideMoto(hostEnvironment());
  const emulator = await withKeyferryError(startEmulator({ ...options, python }));
  return {
    ...emulator,
    dump: () => withKeyferryError(emulator.dump()),
    load: (state) => withKeyferryError(emulator.load(state)),
  };
}

/** Rejects with a Keyferry error, which says how to fix the problem. */
async function withKeyferryError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    const { code, fix } = error;
    const source = code === "DumpNotReadable" ? "user" : "tool";
    throw new KeyferryError(error.message, { code, source, ...(fix && { fix }), cause: error });
  }
}
