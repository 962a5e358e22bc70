import { version } from "../package.json";
import { hostEnvironment } from "../setup/environment";
import { provideMoto } from "../setup/moto";
import { createClock, type RehearsalClock } from "./clock";
import { composeFrame } from "./compose";
import { control } from "./control";
import { dispatch } from "./dispatch";
import { createForward } from "./moto/forward";
import { startMoto } from "./moto/process";
import { listen } from "./server";

export type { RehearsalClock } from "./clock";

export interface RehearsalOptions {
  /** 0 takes a free one. @default 4566 */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Cloud seconds per wall second. @default 1 */
  readonly timeScale?: number;
  /** Hears of defects of the rehearsal cloud itself. @default - nobody; the caller still gets `InternalFailure` */
  readonly onDefect?: (error: unknown) => void;
}

/** A rehearsal cloud that runs in this process, moto beside it. */
export interface Rehearsal {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly clock: RehearsalClock;
  /** Ends the server, all background work and moto. */
  stop(): Promise<void>;
}

/** The port that emulators of AWS listen on by custom. */
export const DEFAULT_PORT = 4566;

/**
 * Starts a rehearsal cloud with nothing in it.
 * @throws KeyferryError when moto cannot be had or does not start
 */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const { port = DEFAULT_PORT, host = "127.0.0.1", timeScale = 1, onDefect = () => undefined } = options;
  const { python } = await provideMoto(hostEnvironment());
  const moto = await startMoto(python);
  const clock = createClock(timeScale, onDefect);
  const frame = composeFrame(clock, createForward(moto.port), onDefect);
  const server = await listen(
    host,
    port,
    async (request) => (await control(clock, version, request)) ?? dispatch(frame, request),
  ).catch((error: unknown) => {
    moto.stop();
    throw error;
  });
  return {
    url: `http://${host}:${server.port}`,
    clock,
    async stop() {
      clock.stop();
      await server.close();
      moto.stop();
    },
  };
}
