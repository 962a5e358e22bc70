import { type AccessRequest, evaluate, isRefused, type Verdict } from "@keyferry/evaluator";
import { isAnybody, isAutoScaling } from "./call";
import { identityAlone, resourceAlone, withoutIam, type ProofDocuments } from "./documents";

/**
 * Which document must refuse a call by itself. `identity`: the caller's policies, regardless of the resource's policy.
 * `resource`: the resource's policy, regardless of what IAM allows the caller. `resource without IAM`: the same for a caller
 * to which IAM allows nothing.
 */
export type Refuser = "identity" | "resource" | "resource without IAM";

/** A call that must be refused. */
export interface DeniedCall {
  /** For people: what is different from a call of a copy job. */
  readonly what: string;
  readonly request: AccessRequest;
  readonly refuser: Refuser;
}

/** The documents that decide if one of them must refuse by itself. */
export const DOCUMENTS_OF = {
  identity: identityAlone,
  resource: resourceAlone,
  "resource without IAM": withoutIam,
} satisfies Record<Refuser, unknown>;

export function judgeDenied({ request, refuser }: DeniedCall, documents: ProofDocuments): Verdict {
  return evaluate(request, DOCUMENTS_OF[refuser](request, documents));
}

/** Whether the refusal is proved; an unknown result may be an allow. */
export function isProvedRefused({ request, refuser }: DeniedCall, documents: ProofDocuments): boolean {
  return isRefused(request, DOCUMENTS_OF[refuser](request, documents));
}

/**
 * Which documents must refuse by themselves. A key of the caller's own account leaves the decision to the caller's IAM, so the
 * identity policy; for another account's key or bucket, both. To a service-linked role and to a user of an EBS default key, IAM
 * allows nothing on a key. For the assumption of a role, Keyferry controls only the role's trust policy.
 */
export function refusersOf({ action, principal, resourceAccount }: AccessRequest): readonly Refuser[] {
  if (isAutoScaling(principal) || isAnybody(principal)) return WITHOUT_IAM;
  if (serviceOf(action) === "sts") return RESOURCE;
  const ofAnotherAccount = HAVE_POLICIES.has(serviceOf(action)) && principal.account !== resourceAccount;
  return ofAnotherAccount ? EITHER : CALLERS_POLICIES;
}

/** Services whose resources have resource-based policies. */
const HAVE_POLICIES: ReadonlySet<string> = new Set(["kms", "s3"]);

const WITHOUT_IAM: readonly Refuser[] = ["resource without IAM"];
const RESOURCE: readonly Refuser[] = ["resource"];
/** For calls that only the policies of the caller decide. */
export const CALLERS_POLICIES: readonly Refuser[] = ["identity"];
const EITHER: readonly Refuser[] = ["identity", "resource"];

export function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(":"));
}
