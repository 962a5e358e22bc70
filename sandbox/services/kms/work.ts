/** KMS's background work, as data: deletion after the waiting period, and automatic rotation. */
import { randomBytes } from "node:crypto";
import type { Clock, JsonObject } from "../../contract";
import type { Key, KmsState } from "./state";

const SECONDS_PER_DAY = 86_400;
const DELETE = "kms:DeleteKey";
const ROTATE = "kms:RotateKey";

/** Deletes the key on its deletion date, unless that has been cancelled by then. */
export function scheduleDeletion(clock: Clock, key: Key, seconds: number): void {
  clock.schedule(seconds, DELETE, { key: key.arn, date: key.deletionDate?.toISOString() });
}

/** Begins a rotation period now. */
export function beginPeriod(clock: Clock, key: Key): void {
  key.rotationBegan = clock.now();
  const payload = { key: key.arn, began: key.rotationBegan.toISOString() };
  clock.schedule((key.rotationDays ?? 0) * SECONDS_PER_DAY, ROTATE, payload);
}

/** To be called once for each cloud. */
export function handleKeyWork(state: KmsState, clock: Clock): void {
  const keyOf = (payload: JsonObject): Key | undefined => state.key(String(payload["key"]));
  clock.handle(DELETE, (payload) => {
    const key = keyOf(payload);
    // A deletion that was cancelled, and perhaps scheduled anew, has another date.
    if (key !== undefined && key.deletionDate?.toISOString() === payload["date"]) state.removeKey(key);
  });
  clock.handle(ROTATE, (payload) => {
    const key = keyOf(payload);
    // Disabling or a new period has made this one void.
    if (key === undefined || key.rotationBegan?.toISOString() !== payload["began"]) return;
    if (key.state === "Enabled") key.materials.push(randomBytes(32));
    beginPeriod(clock, key);
  });
}
