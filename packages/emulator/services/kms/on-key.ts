import type { ContextValue } from "@keyferry/evaluator";
import { AwsError, type Call, type Cloud, type JsonObject, type Operation } from "../../contract";
import { keyCheck } from "./access";
import { requireOrigin, requireState, type Requirement } from "./key-states";
import { grantTokens, required } from "./input";
import { aliasIn, resolveKey } from "./resolve";
import type { Key, KmsState } from "./state";

/** The specifics of an operation on one key. */
export interface KeyOperation {
  /** @default false - the text of the key policy has no effect for another account's principals */
  readonly crossAccount?: boolean;
  /** Whether an alias may be given for the key. @default false */
  readonly alias?: boolean;
  /** @default "any" */
  readonly state?: Requirement;
  /** @default - any */
  readonly origin?: Key["origin"];
  /** Condition keys that only this operation has. */
  readonly context?: (call: Call) => Readonly<Record<string, ContextValue>>;
  /** Validates the input before permissions are checked. */
  readonly validate?: (call: Call) => void;
  readonly run: (key: Key, call: Call, cloud: Cloud) => JsonObject | Promise<JsonObject>;
}

/** An operation whose `KeyId` names the key; it is checked for the action with the operation's own name. */
export function onKey(state: KmsState, operation: KeyOperation): Operation {
  const { crossAccount = false, alias = false } = operation;
  return {
    checks(call, cloud) {
      operation.validate?.(call);
      const tokens = grantTokens(state, call);
      const reference = required(call, "KeyId");
      const named = aliasIn(reference);
      if (named !== undefined && !alias)
        throw new AwsError("InvalidArnException", "Key Aliases are not supported for this operation.");
      const key = keyOf(state, call, cloud);
      const context = {
        ...(named === undefined ? {} : { "kms:RequestAlias": named }),
        ...operation.context?.(call),
      };
      const check = keyCheck(state, key, call.operation, context, tokens);
      const foreign = key.account !== call.caller.account;
      if (!foreign || crossAccount) return [check];
      return [
        {
          ...check,
          resourcePolicy: { name: check.resourcePolicy?.name ?? "", document: { Statement: [] } },
          grants: [],
        },
      ];
    },
    run(call, cloud) {
      const key = keyOf(state, call, cloud);
      if (operation.origin !== undefined) requireOrigin(key, operation.origin);
      requireState(key, operation.state ?? "any");
      return operation.run(key, call, cloud);
    },
  };
}

/** The key that the call names. @throws AwsError NotFoundException */
export function keyOf(state: KmsState, call: Call, cloud: Cloud, parameter = "KeyId"): Key {
  const from = { account: call.caller.account, region: call.region, now: cloud.clock.now() };
  return resolveKey(state, required(call, parameter), from);
}
