import type { PolicyQuestion } from "./asked";
import { valuesOf, type Context } from "./context";
import { accountOf } from "./principal";
import type { GrantDocument } from "./types";

/** `direct`: the grantee is the caller; `account`: the grantee is the account, whose IAM decides. */
export type GrantMatch = "direct" | "account";

/** The operations that a grant can hold. Source: KMS API reference, "CreateGrant". */
export const GRANT_OPERATIONS: readonly string[] = ["Decrypt", "Encrypt", "GenerateDataKey"]
  .concat([
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "Sign",
    "Verify",
    "GetPublicKey",
  ])
  .concat(["CreateGrant", "RetireGrant", "DescribeKey", "GenerateDataKeyPair"])
  .concat(["GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac", "DeriveSharedSecret"]);

const ENCRYPTION_CONTEXT = "kms:encryptioncontext:";
/** Operations without an encryption context, and therefore without constraints. Source: KMS API reference, "GrantConstraints". */
const UNCONSTRAINED: readonly string[] = ["describekey", "retiregrant", "getpublickey"];

/** Whether a grant covers the request; undefined when it does not. */
export function matchGrant(grant: GrantDocument, asked: PolicyQuestion): GrantMatch | undefined {
  const match = matchGrantee(grant, asked);
  const operation = asked.action.replace(/^kms:/, "");
  if (match === undefined || !includesIgnoringCase(grant.operations, operation)) return undefined;
  if (!UNCONSTRAINED.includes(operation) && !meetsConstraints(grant, asked.context)) return undefined;
  return operation !== "creategrant" || delegatesOnlyItself(grant, asked.context) ? match : undefined;
}

/** An AWS service can use a grant only in the name of the grant's source. */
function matchGrantee(
  { granteePrincipal, sourceArn }: GrantDocument,
  asked: PolicyQuestion,
): GrantMatch | undefined {
  const { arn, account, kind } = asked.request.principal;
  if (kind === "service") {
    const sources = asked.context.get("aws:sourcearn");
    const inItsName = sourceArn !== undefined && sources?.length === 1 && sources[0] === sourceArn;
    return granteePrincipal === arn && inItsName ? "direct" : undefined;
  }
  if (granteePrincipal === arn || granteePrincipal === asked.knownAs) return "direct";
  return accountOf(granteePrincipal) === account ? "account" : undefined;
}

/** Keys of a constraint are case-insensitive, values are case-sensitive. */
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
 * A principal whose right to create grants comes from a grant can pass on only that grant's operations, under a
 * constraint that is at least as strict: the encryption context of CreateGrant is that of the new grant's constraint,
 * so `meetsConstraints` has already compared it. Source: KMS developer guide, "Granting CreateGrant permission".
 */
function delegatesOnlyItself(grant: GrantDocument, context: Context): boolean {
  const operations = valuesOf(context, "kms:grantoperations") ?? [];
  const constraint = valuesOf(context, "kms:grantconstrainttype")?.[0];
  const loosened = grant.encryptionContextEquals !== undefined && constraint === "EncryptionContextSubset";
  return !loosened && operations.every((operation) => includesIgnoringCase(grant.operations, operation));
}

function includesIgnoringCase(list: readonly string[], text: string): boolean {
  return list.some((item) => item.toLowerCase() === text.toLowerCase());
}
