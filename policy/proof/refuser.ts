import { type AccessRequest, evaluate, isRefused, type Verdict } from "@keyferry/evaluator";
import { isAnybody, isAutoScaling } from "./call";
import { identityAlone, resourceAlone, withoutIam, type ProofDocuments } from "./documents";

/**
 * Which document must refuse a call by itself. `identity`: the caller's policies, whatever the resource's policy says.
 * `resource`: the resource's policy, whatever IAM allows the caller. `resource without IAM`: the same for somebody to
 * whom IAM allows nothing.
 */
export type Refuser = "identity" | "resource" | "resource without IAM";

/** A call that must be refused. */
export interface DeniedCall {
  /** For people: what is different from a call of a copy job. */
  readonly what: string;
  readonly request: AccessRequest;
  readonly refuser: Refuser;
}

/** The documents that decide where one of them must refuse by itself. */
export const DOCUMENTS_OF = {
  identity: identityAlone,
  resource: resourceAlone,
  "resource without IAM": withoutIam,
} satisfies Record<Refuser, unknown>;

export function judgeDenied({ request, refuser }: DeniedCall, documents: ProofDocuments): Verdict {
  return evaluate(request, DOCUMENTS_OF[refuser](request, documents));
}

/** Whether the refusal is proved: what is unknown may be allowed. */
export function isProvedRefused({ request, refuser }: DeniedCall, documents: ProofDocuments): boolean {
  return isRefused(request, DOCUMENTS_OF[refuser](request, documents));
}

/**
 * Who must refuse by itself: a key of the caller's own account leaves the caller's IAM to decide, so there the identity
 * policy; another account's key or bucket both. To a service-linked role, and to whoever uses an EBS default key, IAM allows
 * nothing on a key; of who assumes a role nothing but the role's trust policy is ours.
 */
export function refusersOf({ action, principal, resourceAccount }: AccessRequest): readonly Refuser[] {
  if (isAutoScaling(principal) || isAnybody(principal)) return WITHOUT_IAM;
  if (serviceOf(action) === "sts") return RESOURCE;
  const isForeign = HAVE_POLICIES.has(serviceOf(action)) && principal.account !== resourceAccount;
  return isForeign ? EITHER : CALLERS_POLICIES;
}

/** Services whose resources have policies of their own. */
const HAVE_POLICIES: ReadonlySet<string> = new Set(["kms", "s3"]);

const WITHOUT_IAM: readonly Refuser[] = ["resource without IAM"];
const RESOURCE: readonly Refuser[] = ["resource"];
/** Of calls that the policies of the caller decide alone. */
export const CALLERS_POLICIES: readonly Refuser[] = ["identity"];
const EITHER: readonly Refuser[] = ["identity", "resource"];

export function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(":"));
}
