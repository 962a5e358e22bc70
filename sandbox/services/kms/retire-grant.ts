import { accountPrincipal, parseArn } from "../../../core/arn";
import { AwsError, type Call, type Caller, type Cloud, type Operation } from "../../contract";
import { staleFor } from "../../identity/principal-ids";
import { keyCheck } from "./access";
import { rejectDryRun } from "./dry-run";
import { invalid } from "./errors";
import { text } from "./input";
import { aliasIn, resolveKey } from "./resolve";
import type { Grant, Key, KmsState } from "./state";

/**
 * RetireGrant: by the grant's retiring principal, by its grantee when it holds RetireGrant, or by whom the key's own
 * account allows. Source: KMS API reference, "RetireGrant".
 */
export function retireGrant(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const { key, grant } = find(state, call, cloud);
      return mayByGrant(grant, call.caller) ? [] : [keyCheck(state, key, "RetireGrant")];
    },
    run(call, cloud) {
      const { key, grant } = find(state, call, cloud);
      rejectDryRun(call);
      key.grants = key.grants.filter(({ grantId }) => grantId !== grant.grantId);
      return {};
    },
  };
}

function find(state: KmsState, call: Call, cloud: Cloud): { readonly key: Key; readonly grant: Grant } {
  const token = text(call, "GrantToken");
  const given = { keyArn: text(call, "KeyId"), grantId: text(call, "GrantId") };
  const { keyArn, grantId } = token === undefined ? given : (state.grantTokens.get(token) ?? {});
  if (token !== undefined && grantId === undefined) {
    throw new AwsError("InvalidGrantTokenException", "Invalid grant token.");
  }
  if (keyArn === undefined || grantId === undefined) {
    throw invalid("Give either a grant token, or a key and the id of a grant");
  }
  if (aliasIn(keyArn) !== undefined) throw invalid(`Invalid keyId ${keyArn}: an alias cannot be used here`);
  const from = { account: call.caller.account, region: call.region, now: cloud.clock.now() };
  const key = resolveKey(state, keyArn, from);
  const grant = key.grants.find((candidate) => candidate.grantId === grantId);
  if (grant === undefined) throw new AwsError("NotFoundException", `Grant ID ${grantId} not found`);
  return { key, grant };
}

function mayByGrant(grant: Grant, caller: Caller): boolean {
  if (grant.retiringPrincipal !== undefined && isPrincipal(grant.retiringPrincipal, grant, caller))
    return true;
  return grant.operations.includes("RetireGrant") && isPrincipal(grant.granteePrincipal, grant, caller);
}

function isPrincipal(principal: string, { principalIds }: Grant, caller: Caller): boolean {
  if (staleFor(caller.userId, principalIds)[principal] !== undefined) return false;
  const partition = parseArn(caller.arn)?.partition ?? "";
  return [caller.arn, caller.roleArn, accountPrincipal(partition, caller.account)].includes(principal);
}
