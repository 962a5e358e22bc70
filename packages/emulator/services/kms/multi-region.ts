import { isRegion, keyArn, partitionOf } from "@keyferry/common";
import {
  AwsError,
  type Call,
  type Cloud,
  type JsonObject,
  type Operation,
  type OperationTable,
} from "../../contract";
import type { Identities } from "../../identity/identities";
import { keyCheck, requestTagKeys } from "./access";
import { settleLater } from "./work";
import { invalid, keyNotFound } from "./errors";
import { descriptionOf, flag, required, tagsOf, text } from "./input";
import { requireState } from "./key-states";
import { metadata } from "./metadata";
import { keyOf, onKey } from "./on-key";
import { checkKeyPolicy, defaultKeyPolicy } from "./policy-rules";
import type { Key, KmsState } from "./state";

/**
 * Multi-Region keys: they share id and material, but each has its own policy, grants, aliases, tags and state. Source:
 * KMS developer guide, "Multi-Region keys in AWS KMS"; KMS API reference, "ReplicateKey", "UpdatePrimaryRegion".
 */
export function multiRegionOperations(state: KmsState, identities: Identities): OperationTable {
  return {
    ReplicateKey: replicateKey(state, identities),
    UpdatePrimaryRegion: updatePrimaryRegion(state),
  };
}

function replicateKey(state: KmsState, identities: Identities): Operation {
  const onPrimary = onKey(state, {
    state: "managed",
    context: (call) => ({ "kms:ReplicaRegion": required(call, "ReplicaRegion") }),
    run: (key, call, cloud) => addReplica(state, identities, key, call, cloud),
  });
  return {
    ...onPrimary,
    async checks(call, cloud) {
      const region = readRegion(call, "ReplicaRegion");
      const tags = tagsOf(call);
      const context = {
        ...requestTagKeys(tags),
        "aws:RequestedRegion": region,
        "kms:BypassPolicyLockoutSafetyCheck": String(flag(call, "BypassPolicyLockoutSafetyCheck")),
        "kms:MultiRegion": "true",
        "kms:MultiRegionKeyType": "REPLICA",
      };
      const create = { action: "kms:CreateKey", resource: "*", context };
      const tagging = Object.keys(tags).length === 0 ? [] : [{ ...create, action: "kms:TagResource" }];
      return [...(await onPrimary.checks(call, cloud)), create, ...tagging];
    },
  };
}

async function addReplica(
  state: KmsState,
  identities: Identities,
  primary: Key,
  call: Call,
  cloud: Cloud,
): Promise<JsonObject> {
  requirePrimary(primary);
  const region = readRegion(call, "ReplicaRegion");
  const { account, keyId } = primary;
  const arn = keyArn(region, account, keyId);
  if (state.key(arn) !== undefined) throw new AwsError("AlreadyExistsException", `Key ${arn} already exists`);
  const policy = text(call, "Policy") ?? defaultKeyPolicy(account, region);
  const bypassLockout = flag(call, "BypassPolicyLockoutSafetyCheck");
  const change = { policy, keyArn: arn, caller: call.caller, bypassLockout };
  const principalIds = await checkKeyPolicy(change, cloud, identities);
  const replica = state.addKey(
    keyId,
    {
      account,
      region,
      manager: "CUSTOMER",
      origin: primary.origin,
      spec: primary.spec,
      usage: primary.usage,
      multiRegion: "REPLICA",
      description: descriptionOf(call),
      tags: tagsOf(call),
      policy,
      principalIds,
    },
    cloud.clock.now(),
    "Creating",
  );
  settleLater(cloud.clock, replica, primary.origin === "EXTERNAL" ? "PendingImport" : "Enabled");
  return {
    ReplicaKeyMetadata: metadata(state, replica),
    ReplicaPolicy: policy,
    ReplicaTags: Object.entries(replica.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  };
}

function updatePrimaryRegion(state: KmsState): Operation {
  const onPrimary = onKey(state, {
    state: "managed",
    context: (call) => ({ "kms:PrimaryRegion": required(call, "PrimaryRegion") }),
    run(primary, call, { clock }) {
      requirePrimary(primary);
      const replica = replicaIn(state, primary, readRegion(call, "PrimaryRegion"));
      requireState(replica, "managed");
      for (const key of [primary, replica]) {
        settleLater(clock, key, key.state);
        key.state = "Updating";
      }
      primary.multiRegion = "REPLICA";
      replica.multiRegion = "PRIMARY";
      return {};
    },
  });
  return {
    ...onPrimary,
    async checks(call, cloud) {
      const checks = await onPrimary.checks(call, cloud);
      const primary = keyOf(state, call, cloud);
      if (primary.multiRegion !== "PRIMARY") return checks;
      const region = readRegion(call, "PrimaryRegion");
      const replica = replicaIn(state, primary, region);
      return [
        ...checks,
        keyCheck(state, replica, "UpdatePrimaryRegion", {
          "kms:PrimaryRegion": region,
          "aws:RequestedRegion": region,
        }),
      ];
    },
  };
}

function replicaIn(state: KmsState, primary: Key, region: string): Key {
  const replica = state.replicasOf(primary).find((candidate) => candidate.region === region);
  if (replica === undefined) throw keyNotFound(keyArn(region, primary.account, primary.keyId));
  return replica;
}

function requirePrimary(key: Key): void {
  if (key.multiRegion === "PRIMARY") return;
  throw new AwsError("UnsupportedOperationException", `${key.arn} is not a multi-Region primary key.`);
}

function readRegion(call: Call, name: string): string {
  const region = required(call, name);
  if (isRegion(region) && partitionOf(region) === partitionOf(call.region)) return region;
  throw invalid(`${region} is not a Region of this partition`);
}
