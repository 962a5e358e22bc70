import type { OperationTable } from "../../contract";
import { integer } from "./input";
import { onKey } from "./on-key";
import type { Key, KmsState } from "./state";
import { beginPeriod } from "./work";

const SECONDS_PER_DAY = 86_400;
const DEFAULT_DAYS = 365;
const SHORTEST_DAYS = 90;
const LONGEST_DAYS = 2560;

/** Automatic rotation: new material encrypts, all earlier material still decrypts. */
export function rotationOperations(state: KmsState): OperationTable {
  return {
    EnableKeyRotation: onKey(state, {
      state: "enabled",
      context: (call) => ({
        "kms:RotationPeriodInDays": String(call.input["RotationPeriodInDays"] ?? DEFAULT_DAYS),
      }),
      run(key, call, cloud) {
        const asked = integer(call, "RotationPeriodInDays", SHORTEST_DAYS, LONGEST_DAYS);
        key.rotationDays = asked ?? key.rotationDays ?? DEFAULT_DAYS;
        beginPeriod(cloud.clock, key);
        return {};
      },
    }),
    DisableKeyRotation: onKey(state, {
      state: "enabled",
      run(key) {
        key.rotationDays = undefined;
        key.rotationBegan = undefined;
        return {};
      },
    }),
    GetKeyRotationStatus: onKey(state, {
      crossAccount: true,
      run: (key) => ({
        KeyId: key.arn,
        KeyRotationEnabled: key.rotationDays !== undefined && key.state !== "PendingDeletion",
        RotationPeriodInDays: key.rotationDays,
        NextRotationDate: nextRotation(key),
      }),
    }),
  };
}

function nextRotation({ rotationDays, rotationBegan }: Key): Date | undefined {
  if (rotationDays === undefined || rotationBegan === undefined) return undefined;
  return new Date(rotationBegan.getTime() + rotationDays * SECONDS_PER_DAY * 1000);
}
