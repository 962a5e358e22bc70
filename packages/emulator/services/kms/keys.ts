import { keyArn } from "@keyferry/common";
import type { Call, Cloud, JsonObject, Operation, OperationTable } from "../../contract";
import type { Identities } from "../../identity/identities";
import { requestTagKeys } from "./access";
import { scheduleDeletion } from "./work";
import { invalid, invalidState, notModelled } from "./errors";
import { descriptionOf, flag, integer, page, tagsOf, text } from "./input";
import { generateMaterial } from "./key-pairs";
import { KEY_SPECS } from "./key-specs";
import { usageFor } from "./key-usage";
import { isComplete, rotate } from "./materials";
import { metadata } from "./metadata";
import { onKey } from "./on-key";
import { checkKeyPolicy, defaultKeyPolicy } from "./policy-rules";
import type { Key, KmsState } from "./state";

const DEFAULT_PAGE = 100;
const DEFAULT_WAITING_DAYS = 30;

/** Parameters of CreateKey, and the values that are modelled. */
const MODELLED: Readonly<Record<string, readonly (string | boolean)[]>> = {
  KeySpec: Object.keys(KEY_SPECS),
  CustomerMasterKeySpec: Object.keys(KEY_SPECS),
  Origin: ["AWS_KMS", "EXTERNAL"],
  MultiRegion: [false, true],
};

/** Lifecycle of a key: created, described, enabled, disabled, deleted after a waiting period. */
export function keyOperations(state: KmsState, identities: Identities): OperationTable {
  return {
    CreateKey: createKey(state, identities),
    DescribeKey: onKey(state, {
      crossAccount: true,
      alias: true,
      run: (key) => ({ KeyMetadata: metadata(state, key) }),
    }),
    ListKeys: {
      checks: () => [{ action: "kms:ListKeys", resource: "*" }],
      run(call) {
        const { entries, rest } = page(call, state.keysOf(call.caller.account, call.region), DEFAULT_PAGE);
        return { Keys: entries.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })), ...rest };
      },
    },
    UpdateKeyDescription: onKey(state, {
      state: "kept",
      run(key, call) {
        key.description = descriptionOf(call);
        return {};
      },
    }),
    EnableKey: onKey(state, { state: "switchable", run: (key, _call, cloud) => enable(state, key, cloud) }),
    DisableKey: onKey(state, {
      state: "switchable",
      run(key) {
        key.state = "Disabled";
        return {};
      },
    }),
    ScheduleKeyDeletion: onKey(state, {
      state: "kept",
      context: (call) => ({
        "kms:ScheduleKeyDeletionPendingWindowInDays": String(
          call.input["PendingWindowInDays"] ?? DEFAULT_WAITING_DAYS,
        ),
      }),
      run: (key, call, cloud) => deleteLater(state, key, call, cloud),
    }),
    CancelKeyDeletion: onKey(state, {
      run(key) {
        if (key.state !== "PendingDeletion" && key.state !== "PendingReplicaDeletion")
          throw invalidState(key.arn, "is not pending deletion.");
        key.deletionDate = undefined;
        key.pendingDays = undefined;
        key.state = isComplete(state, key) ? "Disabled" : "PendingImport";
        return { KeyId: key.arn };
      },
    }),
  };
}

function createKey(state: KmsState, identities: Identities): Operation {
  return {
    checks(call) {
      const tags = tagsOf(call);
      const context = {
        ...requestTagKeys(tags),
        "kms:BypassPolicyLockoutSafetyCheck": String(flag(call, "BypassPolicyLockoutSafetyCheck")),
        "kms:KeySpec": specOf(call),
        "kms:KeyUsage": text(call, "KeyUsage") ?? "ENCRYPT_DECRYPT",
        "kms:KeyOrigin": text(call, "Origin") ?? "AWS_KMS",
        "kms:MultiRegion": String(flag(call, "MultiRegion")),
        ...(flag(call, "MultiRegion") ? { "kms:MultiRegionKeyType": "PRIMARY" } : {}),
      };
      const create = { action: "kms:CreateKey", resource: "*", context };
      return Object.keys(tags).length === 0 ? [create] : [create, { ...create, action: "kms:TagResource" }];
    },
    async run(call, cloud) {
      for (const [name, values] of Object.entries(MODELLED)) {
        const value = call.input[name];
        if (value === undefined || value === null) continue;
        if (!values.some((modelled) => modelled === value)) throw notModelled(`${name} ${String(value)}`);
      }
      const spec = specOf(call);
      const usage = usageFor(spec, text(call, "KeyUsage"));
      const origin = text(call, "Origin") === "EXTERNAL" ? "EXTERNAL" : "AWS_KMS";
      if (origin === "EXTERNAL" && spec !== "SYMMETRIC_DEFAULT") throw notModelled(`imported ${spec} keys`);
      const { account } = call.caller;
      const multiRegion = flag(call, "MultiRegion");
      const keyId = state.newKeyId(multiRegion);
      const policy = text(call, "Policy") ?? defaultKeyPolicy(account, call.region);
      const principalIds = await checkKeyPolicy(
        {
          policy,
          keyArn: keyArn(call.region, account, keyId),
          caller: call.caller,
          bypassLockout: flag(call, "BypassPolicyLockoutSafetyCheck"),
        },
        cloud,
        identities,
      );
      const key = state.addKey(
        keyId,
        {
          account,
          region: call.region,
          manager: "CUSTOMER",
          origin,
          spec,
          usage,
          multiRegion: multiRegion ? "PRIMARY" : undefined,
          description: descriptionOf(call),
          tags: tagsOf(call),
          policy,
          principalIds,
        },
        cloud.clock.now(),
        origin === "EXTERNAL" ? "PendingImport" : "Enabled",
        await generateMaterial(spec),
      );
      return { KeyMetadata: metadata(state, key) };
    },
  };
}

/** `CustomerMasterKeySpec` is the older name. @throws AwsError ValidationException when both are given and differ */
function specOf(call: Call): string {
  const spec = text(call, "KeySpec");
  const older = text(call, "CustomerMasterKeySpec");
  if (spec !== undefined && older !== undefined && spec !== older)
    throw invalid("KeySpec and CustomerMasterKeySpec must not be given together.");
  return spec ?? older ?? "SYMMETRIC_DEFAULT";
}

/** A rotation that was due while the key was disabled runs immediately. */
function enable(state: KmsState, key: Key, { clock }: Cloud): JsonObject {
  key.state = "Enabled";
  const family = state.family(key);
  if (key.multiRegion === "REPLICA" || family.rotation?.missed !== true) return {};
  family.rotation.missed = false;
  rotate(family, "AUTOMATIC", clock.now());
  return {};
}

function deleteLater(state: KmsState, key: Key, call: Call, cloud: Cloud): JsonObject {
  const days = integer(call, "PendingWindowInDays", 7, 30) ?? DEFAULT_WAITING_DAYS;
  if (key.multiRegion === "PRIMARY" && state.replicasOf(key).length > 0) {
    key.state = "PendingReplicaDeletion";
    key.pendingDays = days;
    return { KeyId: key.arn, KeyState: key.state, PendingWindowInDays: days };
  }
  const date = scheduleDeletion(cloud.clock, key, days);
  return { KeyId: key.arn, DeletionDate: date, KeyState: key.state, PendingWindowInDays: days };
}
