import { viaService } from "@keyferry/common";
import type { Verdict } from "@keyferry/evaluator";
import {
  AwsError,
  type AccessCheck,
  type Caller,
  type Clock,
  type KeyService,
  type KeyView,
} from "../../contract";
import type { View } from "../../lag";
import { encryptionContextKeys, keyCheck } from "./access";
import { used } from "./last-usage";
import { addManagedKey } from "./managed-keys";
import { resolveKey, type Viewpoint } from "./resolve";
import type { Key, KmsState } from "./state";

/**
 * KMS as EC2 uses it: on behalf of a caller, through a service. A new key is found immediately, even if others do not
 * see it yet: AWS's own services are not known to fail on one.
 */
export function keyService(
  { state, refresh }: View<KmsState>,
  clock: Clock,
  decide: (caller: Caller, check: AccessCheck) => Promise<Verdict>,
): KeyService {
  return {
    find(reference, account, region) {
      refresh();
      const from = { account, region, now: clock.now() };
      const key = found(state, reference, from) ?? found(state.live, reference, from);
      return key && view(key);
    },
    managed: (alias, account, region) =>
      view(
        addManagedKey(state, alias.replace(/^(alias\/)?/, "alias/"), { account, region, now: clock.now() }),
      ),
    async allows(caller, action, { arn }, via) {
      refresh();
      const key = state.key(arn) ?? state.live.key(arn);
      if (key === undefined) return unusable(arn, "", "does not exist");
      // A multi-Region key whose primary is changing can still be used.
      if (key.state !== "Enabled" && key.state !== "Updating")
        return unusable(arn, key.account, `is ${key.state}`);
      // Source: EBS user guide, "How Amazon EBS encryption works"; services encrypt only with symmetric keys.
      if (key.spec !== "SYMMETRIC_DEFAULT") return unusable(arn, key.account, `is of spec ${key.spec}`);
      const check = keyCheck(state, key, action.replace(/^kms:/, ""), {
        "kms:ViaService": viaService(via.service, key.region),
        "aws:ViaAWSService": "true",
        "kms:GrantIsForAWSResource": "true",
        ...encryptionContextKeys(via.encryptionContext),
        ...via.context,
      });
      const verdict = await decide(caller, check);
      if (verdict.allowed) used(state, arn, action.replace(/^kms:/, ""), clock);
      return verdict;
    },
  };
}

function found(state: KmsState, reference: string, from: Viewpoint): Key | undefined {
  try {
    return resolveKey(state, reference, from);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function view({ arn, keyId, account, region, manager, state, spec }: Key): KeyView {
  return { arn, keyId, account, region, manager, state, symmetric: spec === "SYMMETRIC_DEFAULT" };
}

function unusable(arn: string, account: string, state: string): Verdict {
  const what = `key ${arn} ${state}: account ${account} must offer an enabled symmetric encryption key`;
  return { allowed: false, reason: "missing-allow", missing: [{ side: "resource", account, what }] };
}
