import type { OperationTable } from "../../contract";
import type { Identities } from "../../identity/identities";
import { withPrincipals } from "../../identity/principal-ids";
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
      async run(key, call) {
        requireDefault(text(call, "PolicyName"));
        const gone = await identities.gone(key.principalIds);
        const shown =
          Object.keys(gone).length === 0
            ? key.policy
            : JSON.stringify(withPrincipals(JSON.parse(key.policy), gone), undefined, 2);
        return { Policy: shown, PolicyName: POLICY_NAME };
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
        key.principalIds = await checkKeyPolicy(
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
