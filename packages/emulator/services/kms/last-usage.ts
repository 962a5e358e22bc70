import type { Clock, Cloud, JsonObject, Operation, OperationTable } from "../../contract";
import { onKey } from "./on-key";
import type { Key, KmsState } from "./state";

/** Operations that count as use. Source: KMS API reference, "GetKeyLastUsage". */
const USES: ReadonlySet<string> = new Set([
  "Decrypt",
  "DeriveSharedSecret",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateMac",
  "ReEncrypt",
  "Sign",
  "Verify",
  "VerifyMac",
]);

/** The operations, with each successful use recorded on the keys that it used, for a replica on the replica. */
export function remembering(state: KmsState, operations: OperationTable): OperationTable {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      USES.has(name) ? remembered(state, operation) : operation,
    ]),
  );
}

function remembered(state: KmsState, operation: Operation): Operation {
  return {
    ...operation,
    async run(call, cloud) {
      const answer = await operation.run(call, cloud);
      for (const arn of [answer["SourceKeyId"], answer["KeyId"]])
        if (typeof arn === "string") used(state, arn, call.operation, cloud.clock, call.requestId);
      return answer;
    },
  };
}

/** @param operation or one of the two permissions of ReEncrypt */
export function used(
  state: KmsState,
  arn: string,
  operation: string,
  clock: Pick<Clock, "now">,
  requestId?: string,
): void {
  const key = state.live.key(arn);
  const name = operation.startsWith("ReEncrypt") ? "ReEncrypt" : operation;
  if (key !== undefined && USES.has(name)) key.lastUsage = { operation: name, at: clock.now(), requestId };
}

/** GetKeyLastUsage: the key's own account sees when it was last used, by any account or service. */
export function getKeyLastUsage(state: KmsState): Operation {
  return onKey(state, {
    run: (key, _call, cloud) => ({
      KeyId: key.arn,
      KeyCreationDate: key.created,
      TrackingStartDate: key.created,
      ...(key.lastUsage === undefined ? {} : { KeyLastUsage: lastUsage(key, cloud) }),
    }),
  });
}

function lastUsage({ lastUsage: last, account, region, arn }: Key, { trail }: Cloud): JsonObject {
  const event = trail.newest(account, region, ({ source, name, error, resources }) => {
    if (source !== "kms.amazonaws.com" || name !== last?.operation || error !== undefined) return false;
    return resources?.some((resource) => resource.arn === arn) === true;
  });
  return {
    Operation: last?.operation,
    Timestamp: last?.at,
    KmsRequestId: last?.requestId,
    CloudTrailEventId: event?.eventId,
  };
}
