import { keyArn } from "../../../core/arn";
import {
  AwsError,
  type Call,
  type Cloud,
  type JsonObject,
  type Operation,
  type OperationTable,
} from "../../contract";
import type { Identities } from "../../identity/identities";
import { requestTagKeys } from "./access";
import { notModelled } from "./errors";
import { flag, integer, page, tagsOf, text } from "./input";
import { onKey } from "./on-key";
import { checkKeyPolicy, defaultKeyPolicy } from "./policy-rules";
import type { Key, KmsState } from "./state";
import { scheduleDeletion } from "./work";

const SECONDS_PER_DAY = 86_400;
const DEFAULT_PAGE = 100;

/** Parameters of CreateKey, and the only value that is modelled. */
const ONLY: Readonly<Record<string, string | boolean>> = {
  KeySpec: "SYMMETRIC_DEFAULT",
  CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
  KeyUsage: "ENCRYPT_DECRYPT",
  Origin: "AWS_KMS",
  MultiRegion: false,
};

/** Life of a key: made, described, enabled, disabled, deleted after a waiting period. */
export function keyOperations(state: KmsState, identities: Identities): OperationTable {
  return {
    CreateKey: createKey(state, identities),
    DescribeKey: onKey(state, {
      crossAccount: true,
      alias: true,
      run: (key) => ({ KeyMetadata: metadata(key) }),
    }),
    ListKeys: {
      checks: () => [{ action: "kms:ListKeys", resource: "*" }],
      run(call) {
        const { entries, rest } = page(call, state.keysOf(call.caller.account, call.region), DEFAULT_PAGE);
        return { Keys: entries.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })), ...rest };
      },
    },
    UpdateKeyDescription: onKey(state, {
      state: "not-deleting",
      run(key, call) {
        key.description = text(call, "Description") ?? "";
        return {};
      },
    }),
    EnableKey: onKey(state, { state: "not-deleting", run: (key) => setState(key, "Enabled") }),
    DisableKey: onKey(state, { state: "not-deleting", run: (key) => setState(key, "Disabled") }),
    ScheduleKeyDeletion: onKey(state, {
      state: "not-deleting",
      context: (call) => ({
        "kms:ScheduleKeyDeletionPendingWindowInDays": String(call.input["PendingWindowInDays"] ?? 30),
      }),
      run: deleteLater,
    }),
    CancelKeyDeletion: onKey(state, {
      run(key) {
        if (key.state !== "PendingDeletion") {
          throw new AwsError("KMSInvalidStateException", `${key.arn} is not pending deletion.`);
        }
        key.deletionDate = undefined;
        setState(key, "Disabled");
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
        "kms:KeySpec": "SYMMETRIC_DEFAULT",
        "kms:KeyUsage": "ENCRYPT_DECRYPT",
        "kms:KeyOrigin": "AWS_KMS",
        "kms:MultiRegion": "false",
      };
      const create = { action: "kms:CreateKey", resource: "*", context };
      return Object.keys(tags).length === 0 ? [create] : [create, { ...create, action: "kms:TagResource" }];
    },
    async run(call, cloud) {
      for (const [name, only] of Object.entries(ONLY)) {
        const value = call.input[name];
        if (value !== undefined && value !== only) throw notModelled(`${name} ${String(value)}`);
      }
      const { account } = call.caller;
      const keyId = state.newKeyId();
      const policy = text(call, "Policy") ?? defaultKeyPolicy(account, call.region);
      const bypassLockout = flag(call, "BypassPolicyLockoutSafetyCheck");
      const change = {
        policy,
        keyArn: keyArn(call.region, account, keyId),
        caller: call.caller,
        bypassLockout,
      };
      await checkKeyPolicy(change, cloud, identities);
      const key = state.addKey(
        keyId,
        {
          account,
          region: call.region,
          manager: "CUSTOMER",
          description: text(call, "Description") ?? "",
          tags: tagsOf(call),
        },
        policy,
        cloud.clock.now(),
      );
      return { KeyMetadata: metadata(key) };
    },
  };
}

function setState(key: Key, to: "Enabled" | "Disabled"): JsonObject {
  key.state = to;
  return {};
}

function deleteLater(key: Key, call: Call, cloud: Cloud): JsonObject {
  const days = integer(call, "PendingWindowInDays", 7, 30) ?? 30;
  const seconds = days * SECONDS_PER_DAY;
  const date = new Date(cloud.clock.now().getTime() + seconds * 1000);
  key.state = "PendingDeletion";
  key.deletionDate = date;
  scheduleDeletion(cloud.clock, key, seconds);
  return { KeyId: key.arn, DeletionDate: date, KeyState: key.state, PendingWindowInDays: days };
}

function metadata(key: Key): JsonObject {
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.created,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: key.state,
    DeletionDate: key.deletionDate,
    Origin: "AWS_KMS",
    KeyManager: key.manager,
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  };
}
