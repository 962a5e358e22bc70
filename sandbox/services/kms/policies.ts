import type { OperationTable } from "../../contract";
import type { Identities } from "../../identity/identities";
import { notFound } from "./errors";
import { flag, required, text } from "./input";
import { onKey } from "./on-key";
import { checkKeyPolicy } from "./policy-rules";
import type { KmsState } from "./state";

/** The only name that a key policy can have. */
const POLICY_NAME = "default";

/** Key policies: read and replaced as a whole. */
export function policyOperations(state: KmsState, identities: Identities): OperationTable {
  return {
    ListKeyPolicies: onKey(state, { run: () => ({ PolicyNames: [POLICY_NAME], Truncated: false }) }),
    GetKeyPolicy: onKey(state, {
      run(key, call) {
        requireDefault(text(call, "PolicyName"));
        return { Policy: key.policy, PolicyName: POLICY_NAME };
      },
    }),
    PutKeyPolicy: onKey(state, {
      context: (call) => ({
        "kms:BypassPolicyLockoutSafetyCheck": String(flag(call, "BypassPolicyLockoutSafetyCheck")),
      }),
      async run(key, call, cloud) {
        requireDefault(text(call, "PolicyName"));
        const policy = required(call, "Policy");
        const bypassLockout = flag(call, "BypassPolicyLockoutSafetyCheck");
        await checkKeyPolicy(
          { policy, keyArn: key.arn, caller: call.caller, bypassLockout },
          cloud,
          identities,
        );
        key.policy = policy;
        return {};
      },
    }),
  };
}

function requireDefault(name = POLICY_NAME): void {
  if (name !== POLICY_NAME) throw notFound("No such policy exists");
}
