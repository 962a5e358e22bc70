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

/** How a rehearsal cloud is started; the Python it needs is found or installed. */
export type RehearsalOptions = Omit<EmulatorOptions, "python">;

/** A rehearsal cloud that runs in this process, moto beside it. What it cannot do is thrown as a `KeyferryError`. */
export type Rehearsal = Emulator;

/**
 * Starts a rehearsal cloud.
 * @throws KeyferryError when moto cannot be had or does not start, or when `state` is no dump
 */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const { python } = await provideMoto(hostEnvironment());
  const emulator = await told(startEmulator({ ...options, python }));
  return { ...emulator, dump: () => told(emulator.dump()), load: (state) => told(emulator.load(state)) };
}

/** Rejects as Keyferry does: with an error that says what to do. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error;
    const { code, fix } = error;
    const source = code === "DumpNotReadable" ? "user" : "tool";
    throw new KeyferryError(error.message, { code, source, ...(fix && { fix }), cause: error });
  }
}
