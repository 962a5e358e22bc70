import { createClock, type CloudClock } from "./clock";
import { composeFrame } from "./compose";
import { control, controlled } from "./control";
import { dispatch } from "./dispatch";
import { createForward } from "./moto/forward";
import { startMoto } from "./moto/process";
import { version } from "./package.json";
import type { QuotaChanges } from "./quotas";
import { listen } from "./server";
import { dump, load, reset } from "./state/dump";

export type { CloudClock } from "./clock";
export { EmulatorError, type EmulatorErrorDetails } from "./errors";
export { readQuotas, type QuotaChanges } from "./quotas";

export interface EmulatorOptions {
  /** Path of a Python that can import moto's server, version 5.2.1. */
  readonly python: string;
  /** 0 selects a free port. @default 4566 */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Cloud seconds per wall second. @default 1 */
  readonly timeScale?: number;
  /**
   * Seconds for which Describe responses leave out new resources, and authorisation continues to use the policies and
   * grants from before a change. @default 0
   */
  readonly consistencyLag?: number;
  /** Quotas of every account, e.g. `{ snapshotCopies: 5 }`. @default - AWS's quotas for a new account */
  readonly quotas?: QuotaChanges;
  /** A dump to start with. @default - an empty cloud */
  readonly state?: Buffer;
  /** Called with defects of the emulator itself. @default - not reported; the caller still gets `InternalFailure` */
  readonly onDefect?: (error: unknown) => void;
}

/** A cloud that runs in this process, with moto next to it. */
export interface Emulator {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly clock: CloudClock;
  /** Empties the cloud, including the faults. */
  reset(): Promise<void>;
  /**
   * The whole cloud as one file, at any moment.
   * @throws EmulatorError `MotoStateNotWritable`
   */
  dump(): Promise<Buffer>;
  /** Restores the cloud to the dumped state. @throws EmulatorError `DumpNotReadable`, `MotoStateNotReadable` */
  load(state: Buffer): Promise<void>;
  /** Stops the server, all background work and moto. */
  stop(): Promise<void>;
}

/** The port that AWS emulators conventionally use. */
export const DEFAULT_PORT = 4566;

/**
 * Starts an emulator.
 * @throws EmulatorError `MotoNotStarted`; `DumpNotReadable` or `MotoStateNotReadable` when `state` is not a dump
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { port = DEFAULT_PORT, host = "127.0.0.1", timeScale = 1, onDefect = () => undefined } = options;
  const moto = await startMoto(options.python);
  const clock = createClock(timeScale, onDefect);
  const composition = composeFrame(clock, createForward(moto.port), onDefect, options);
  const about = controlled(version, { clock, composition, moto: moto.state });
  try {
    if (options.state !== undefined) await load(about, options.state);
    const server = await listen(
      host,
      port,
      async (request) => (await control(about, request)) ?? dispatch(composition, request),
    );
    return {
      url: `http://${host}:${server.port}`,
      clock,
      reset: () => reset(about, about.empty),
      dump: () => dump(about),
      load: (state) => load(about, state),
      async stop() {
        clock.stop();
        await server.close();
        moto.stop();
      },
    };
  } catch (error) {
    moto.stop();
    throw error;
  }
}
