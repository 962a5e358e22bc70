import { accountPrincipal, partitionOf } from "@keyferry/common";
import { AwsError, type AccessCheck, type Call, type Cloud, type Operation } from "../../contract";
import { keyCheck } from "./access";
import { rejectDryRun } from "./dry-run";
import { invalid } from "./errors";
import { text } from "./input";
import { aliasIn, resolveKey } from "./resolve";
import type { Grant, Key, KmsState } from "./state";

/**
 * RetireGrant: by the grant's retiring principal, by its grantee when the grant includes RetireGrant, and by the
 * account that owns the key. An account stands for the principals that its IAM allows `kms:RetireGrant`; in a key
 * policy the action has no effect. Source: KMS developer guide, "Retiring and revoking grants".
 */
export function retireGrant(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const { key, grant } = find(state, call, cloud);
      return [retireCheck(state, key, grant)];
    },
    run(call, cloud) {
      const { key, grant } = find(state, call, cloud);
      rejectDryRun(call);
      key.grants = key.grants.filter(({ grantId }) => grantId !== grant.grantId);
      return {};
    },
  };
}

/** The right to retire, expressed as grants of only RetireGrant. */
function retireCheck(state: KmsState, key: Key, grant: Grant): AccessCheck {
  const check = keyCheck(state, key, "RetireGrant");
  const { granteePrincipal, retiringPrincipal, principalIds } = grant;
  const owner = accountPrincipal(partitionOf(key.region), key.account);
  const grantees = [
    ...(grant.operations.includes("RetireGrant") ? [granteePrincipal] : []),
    ...(retiringPrincipal === undefined ? [] : [retiringPrincipal]),
    owner,
  ];
  return {
    ...check,
    resourcePolicy: { name: check.resourcePolicy?.name ?? "", document: { Statement: [] } },
    grants: grantees.map((grantee) => ({
      grantId: `${grant.grantId} for ${grantee}`,
      granteePrincipal: grantee,
      operations: ["RetireGrant"],
    })),
    granteeIds: Object.fromEntries(
      Object.entries(principalIds).map(([principal, id]) => [`${grant.grantId} for ${principal}`, id]),
    ),
  };
}

function find(state: KmsState, call: Call, cloud: Cloud): { readonly key: Key; readonly grant: Grant } {
  const token = text(call, "GrantToken");
  const given = { keyArn: text(call, "KeyId"), grantId: text(call, "GrantId") };
  const { keyArn, grantId } = token === undefined ? given : (state.live.grantTokens.get(token) ?? {});
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
