import { principalArn, valuesOf, type Context } from "./context";
import { accountOf } from "./principal";
import type { AccessRequest, GrantDocument } from "./types";

/** `direct`: the grantee is who asks; `account`: it is the account, whose IAM decides. */
export type GrantMatch = "direct" | "account";

const ENCRYPTION_CONTEXT = "kms:encryptioncontext:";
/** Operations without an encryption context, so without constraints. Source: KMS API reference, "GrantConstraints". */
const UNCONSTRAINED: readonly string[] = ["describekey", "retiregrant", "getpublickey"];

/** Whether a grant covers the request; undefined when it does not. */
export function matchGrant(
  grant: GrantDocument,
  request: AccessRequest,
  context: Context,
): GrantMatch | undefined {
  const operation = request.action.replace(/^kms:/i, "").toLowerCase();
  if (!includesIgnoringCase(grant.operations, operation)) return undefined;
  if (!UNCONSTRAINED.includes(operation) && !meetsConstraints(grant, context)) return undefined;
  if (operation === "creategrant" && !delegatesOnlyItself(grant, context)) return undefined;
  return matchGrantee(grant, request);
}

function matchGrantee(
  { granteePrincipal }: GrantDocument,
  { principal }: AccessRequest,
): GrantMatch | undefined {
  if (granteePrincipal === principal.arn || granteePrincipal === principalArn(principal)) return "direct";
  return accountOf(granteePrincipal) === principal.account ? "account" : undefined;
}

/** Keys of a constraint have no case, values have. */
function meetsConstraints(grant: GrantDocument, context: Context): boolean {
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;
  const holdsAll = (pairs: Readonly<Record<string, string>>) =>
    Object.entries(pairs).every(([key, value]) => {
      const actual = valuesOf(context, ENCRYPTION_CONTEXT + key);
      return actual?.length === 1 && actual[0] === value;
    });
  if (subset !== undefined && !holdsAll(subset)) return false;
  if (equals === undefined) return true;
  const carried = [...context.keys()].filter((key) => key.startsWith(ENCRYPTION_CONTEXT)).length;
  return carried === Object.keys(equals).length && holdsAll(equals);
}

/**
 * A principal whose right to create grants comes from a grant may hand on only that grant's operations, under a
 * constraint that is no looser. Source: KMS developer guide, "Granting CreateGrant permission".
 */
function delegatesOnlyItself(grant: GrantDocument, context: Context): boolean {
  const operations = valuesOf(context, "kms:GrantOperations") ?? [];
  const constraint = valuesOf(context, "kms:GrantConstraintType")?.[0];
  const loosened = grant.encryptionContextEquals !== undefined && constraint === "EncryptionContextSubset";
  return !loosened && operations.every((operation) => includesIgnoringCase(grant.operations, operation));
}

function includesIgnoringCase(list: readonly string[], text: string): boolean {
  return list.some((item) => item.toLowerCase() === text.toLowerCase());
}
