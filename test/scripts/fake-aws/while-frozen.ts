import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import type { Freezer } from "./freezer";
import { pictureOf } from "./picture";
import type { Stage } from "./stage";

/** Longer than any wait for late writes. */
export const QUIET_SECONDS = 60;

/**
 * Waits until a command is frozen and its lease has expired, runs other work, and returns its result.
 * @param ended settles with the command that is frozen, which must not end earlier
 */
export async function whileFrozen(
  stage: Stage,
  freezer: Freezer,
  ended: Promise<unknown>,
  meanwhile: (stage: Stage) => Promise<void>,
): Promise<ReturnType<typeof pictureOf>> {
  await Promise.race([freezer.frozen(), ended]);
  expect(freezer.hasFrozen).toBe(true);
  await stage.clock.sleep(AWS_SETTINGS.leaseSeconds);
  await meanwhile(stage);
  await stage.clock.sleep(QUIET_SECONDS);
  return pictureOf(stage.cloud);
}
