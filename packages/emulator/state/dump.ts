import { gunzipSync, gzipSync } from "node:zlib";
import { EmulatorError } from "../errors";
import type { CloudClock } from "../clock";
import type { Composition } from "../compose";
import type { MotoState } from "../moto/process";
import { capture, restore, type Captured } from "./capture";
import { checked, FORMAT, type StateFile } from "./schema";

/** The parts of one rehearsal cloud that have a state. */
export interface World {
  readonly clock: CloudClock;
  readonly composition: Composition;
  readonly moto: MotoState;
}

/**
 * The whole cloud in one file, at any moment, including work in progress.
 * @throws EmulatorError `MotoStateNotWritable`
 */
export function dump({ clock, composition, moto }: World): Promise<Buffer> {
  return clock.between(async () => {
    const held = await moto.capture();
    const written = {
      format: FORMAT,
      clock: clock.capture(),
      stores: captureAll(composition),
      moto: JSON.parse(held.toString("utf8")) as unknown,
    };
    return gzipSync(JSON.stringify(written), { level: 1 });
  });
}

/**
 * Restores the cloud to the dumped state. Sessions continue for their remaining time.
 * @throws EmulatorError `DumpNotReadable` for a file that is not a dump of this version, `MotoStateNotReadable` where
 *   moto's part is invalid; the cloud is then unchanged
 */
export async function load({ clock, composition, moto }: World, file: Buffer): Promise<void> {
  await clock.between(async () => {
    const written = parse(file, captureAll(composition), clock.kinds());
    await moto.restore(Buffer.from(JSON.stringify(written.moto)));
    for (const [name, store] of Object.entries(composition.stores))
      restore(store, written.stores[name] ?? {});
    composition.forget();
    clock.restore(written.clock);
  });
}

/** Empties a cloud: restores what was captured immediately after it was created. */
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

/** Larger than any cloud that was ever dumped; otherwise a small file could decompress to fill all memory. */
const LONGEST_STATE = 1_073_741_824;

function parse(
  file: Buffer,
  stores: Readonly<Record<string, Captured>>,
  kinds: ReadonlySet<string>,
): StateFile {
  const read = checked(unfold(file), stores, kinds);
  if (typeof read !== "string") return read;
  throw new EmulatorError(`this is not a dump of format ${FORMAT}: ${read}`, {
    code: "DumpNotReadable",
    fix: "give a state that this version of the rehearsal cloud has written",
  });
}

/** Undefined for anything but compressed JSON. */
function unfold(file: Buffer): unknown {
  try {
    return JSON.parse(gunzipSync(file, { maxOutputLength: LONGEST_STATE }).toString("utf8"));
  } catch {
    return undefined;
  }
}
