import { AwsError, type Cloud, type JsonObject, type OperationTable } from "../../contract";
import { beginRotation, startOnDemandRotation } from "./work";
import { invalidState, limitExceeded } from "./errors";
import { integer, page, text } from "./input";
import { onKey } from "./on-key";
import type { Family, Key, KmsState, Material } from "./state";

const SECONDS_PER_DAY = 86_400;
const DEFAULT_DAYS = 365;
const SHORTEST_DAYS = 90;
const LONGEST_DAYS = 2560;
/** Source: KMS API reference, "RotateKeyOnDemand". */
const ON_DEMAND_PER_KEY = 25;
const CONFLICT_SECONDS = 20 * 60;
const DEFAULT_PAGE = 100;

/** Rotation: new material encrypts, all earlier material still decrypts. */
export function rotationOperations(state: KmsState): OperationTable {
  return {
    EnableKeyRotation: onKey(state, {
      state: "managed",
      origin: "AWS_KMS",
      context: (call) => ({
        "kms:RotationPeriodInDays": String(call.input["RotationPeriodInDays"] ?? DEFAULT_DAYS),
      }),
      run(key, call, { clock }) {
        requireSymmetric(key);
        requireNoReplica(key);
        const asked = integer(call, "RotationPeriodInDays", SHORTEST_DAYS, LONGEST_DAYS);
        beginRotation(state, clock, key, asked ?? state.family(key).rotation?.days ?? DEFAULT_DAYS);
        return {};
      },
    }),
    DisableKeyRotation: onKey(state, {
      state: "managed",
      origin: "AWS_KMS",
      run(key) {
        requireSymmetric(key);
        requireNoReplica(key);
        state.family(key).rotation = undefined;
        return {};
      },
    }),
    GetKeyRotationStatus: onKey(state, { crossAccount: true, run: (key) => status(state, key) }),
    RotateKeyOnDemand: onKey(state, {
      state: "managed",
      run(key, _call, cloud) {
        requireSymmetric(key);
        requireNoReplica(key);
        requireRotatable(key, state.family(key), cloud);
        startOnDemandRotation(state, cloud.clock, key);
        return { KeyId: key.arn };
      },
    }),
    ListKeyRotations: onKey(state, {
      run(key, call) {
        const all = text(call, "IncludeKeyMaterial") === "ALL_KEY_MATERIAL";
        const listed = state
          .family(key)
          .materials.filter(({ rotationDate }) => all || rotationDate !== undefined);
        const { entries, rest } = page(call, listed, DEFAULT_PAGE);
        return { Rotations: entries.map((material) => describe(key, material)), ...rest };
      },
    }),
  };
}

/** A key that is about to be deleted is not rotated. */
function status(state: KmsState, key: Key): JsonObject {
  const { rotation, onDemandStarted } = state.family(key);
  const on = rotation !== undefined && !key.state.endsWith("Deletion");
  return {
    KeyId: key.arn,
    KeyRotationEnabled: on,
    ...(on ? { RotationPeriodInDays: rotation.days, NextRotationDate: nextRotation(rotation) } : {}),
    OnDemandRotationStartDate: onDemandStarted,
  };
}

function requireRotatable(key: Key, family: Family, { clock }: Cloud): void {
  const { rotation, onDemandStarted, onDemandRotations, materials } = family;
  const soon = clock.now().getTime() + CONFLICT_SECONDS * 1000;
  if (onDemandStarted !== undefined || (rotation !== undefined && nextRotation(rotation).getTime() <= soon)) {
    throw new AwsError("ConflictException", `A rotation of ${key.arn} is in progress or about to begin.`);
  }
  if (onDemandRotations >= ON_DEMAND_PER_KEY) {
    throw limitExceeded(`${key.arn} has been rotated on demand ${ON_DEMAND_PER_KEY} times.`);
  }
  if (key.origin === "EXTERNAL" && !materials.some(({ state }) => state === "PENDING_ROTATION")) {
    throw invalidState(key.arn, "has no key material that is pending rotation.");
  }
}

/** Source: KMS API reference, "EnableKeyRotation", "RotateKeyOnDemand". */
function requireSymmetric({ arn, spec }: Key): void {
  if (spec === "SYMMETRIC_DEFAULT") return;
  throw new AwsError(
    "UnsupportedOperationException",
    `${arn} is a key of spec ${spec}, which is not rotated.`,
  );
}

/** Only the primary key is rotated. */
function requireNoReplica(key: Key): void {
  if (key.multiRegion !== "REPLICA") return;
  throw new AwsError("UnsupportedOperationException", `${key.arn} is a multi-Region replica key.`);
}

function nextRotation({ began, days }: { readonly began: Date; readonly days: number }): Date {
  return new Date(began.getTime() + days * SECONDS_PER_DAY * 1000);
}

function describe(key: Key, material: Material): JsonObject {
  const imported = key.imported[material.id];
  const ofImport = {
    KeyMaterialDescription: material.description,
    ImportState: imported === undefined ? "PENDING_IMPORT" : "IMPORTED",
    ExpirationModel:
      imported === undefined
        ? undefined
        : imported.validTo === undefined
          ? "KEY_MATERIAL_DOES_NOT_EXPIRE"
          : "KEY_MATERIAL_EXPIRES",
    ValidTo: imported?.validTo,
  };
  return {
    KeyId: key.keyId,
    KeyMaterialId: material.id,
    KeyMaterialState: material.state,
    ...(key.origin === "EXTERNAL" ? ofImport : {}),
    RotationDate: material.rotationDate,
    RotationType: material.rotationType,
  };
}
