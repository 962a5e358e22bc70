import { gunzipSync, gzipSync } from "node:zlib";
import { KeyferryError } from "../../core/errors";
import type { ClockState, RehearsalClock } from "../clock";
import type { Composition } from "../compose";
import type { MotoState } from "../moto/process";
import { capture, restore, type Captured } from "./capture";

const FORMAT = "keyferry-rehearsal/1";

interface Dump {
  readonly format: string;
  readonly clock: ClockState;
  readonly stores: Readonly<Record<string, Captured>>;
  /** Base64. */
  readonly moto: string;
}

/** What has a state in one rehearsal cloud. */
export interface World {
  readonly clock: RehearsalClock;
  readonly composition: Composition;
  readonly moto: MotoState;
}

/**
 * The whole cloud in one file, at any moment: what is under way is written down, too.
 * @throws KeyferryError `MotoStateNotWritable`
 */
export function dump({ clock, composition, moto }: World): Promise<Buffer> {
  return clock.between(async () => {
    const held = await moto.capture();
    const written: Dump = {
      format: FORMAT,
      clock: clock.capture(),
      stores: captureAll(composition),
      moto: held.toString("base64"),
    };
    return gzipSync(JSON.stringify(written), { level: 1 });
  });
}

/**
 * Makes the cloud what it was when it was dumped. Sessions go on as long as they have left.
 * @throws KeyferryError `DumpNotReadable` for a file that is no dump of this version; the cloud is then as it was
 */
export async function load({ clock, composition, moto }: World, file: Buffer): Promise<void> {
  const written = parse(file);
  await clock.between(async () => {
    await moto.restore(Buffer.from(written.moto, "base64"));
    for (const [name, store] of Object.entries(composition.stores))
      restore(store, written.stores[name] ?? {});
    composition.forget();
    clock.restore(written.clock);
  });
}

/** Empties a cloud: what was captured right after it was made is what it goes back to. */
export async function reset(
  { clock, composition, moto }: World,
  empty: Readonly<Record<string, Captured>>,
): Promise<void> {
  await clock.between(async () => {
    clock.reset();
    await moto.reset();
    for (const [name, store] of Object.entries(composition.stores)) restore(store, empty[name] ?? {});
    composition.forget();
    composition.cloud.faults.set([]);
  });
}

export function captureAll({ stores }: Composition): Readonly<Record<string, Captured>> {
  return Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, capture(store)]));
}

function parse(file: Buffer): Dump {
  try {
    const written = JSON.parse(gunzipSync(file).toString("utf8")) as Dump;
    if (written.format === FORMAT) return written;
  } catch {
    // Said below.
  }
  throw new KeyferryError(`this is no dump of format ${FORMAT}`, { code: "DumpNotReadable", source: "user" });
}
