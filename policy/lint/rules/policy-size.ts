import { judge } from "../judge";
import type { LintContext, PolicyKind, Rule } from "../types";

interface Limit {
  readonly size: number;
  readonly of: string;
}

/** In characters or, for documents of KMS and S3, bytes. */
const LIMITS: Readonly<Record<PolicyKind, Limit>> = {
  key: { size: 32_768, of: "a key policy, in bytes, which cannot be raised" },
  identity: {
    size: 6_144,
    of: "a managed policy, in characters (10,240 for the inline policies of a role)",
  },
  trust: { size: 2_048, of: "a trust policy, in characters, unless the account's quota was raised" },
  bucket: { size: 20_480, of: "a bucket policy, in bytes" },
};
const INLINE: Limit = { size: 10_240, of: "all inline policies of a role together, in characters" };

export const policySize: Rule = {
  id: "policy-size",
  appliesTo: ["key", "identity", "trust", "bucket"],
  title: "the policy is too long",
  explanation: "AWS refuses a policy over its limit with LimitExceeded; the size here is without white space",
  fix: "name accounts instead of their roles and add a condition on one aws:PrincipalArn pattern or on the organisation, or split the policy",
  source:
    "KMS developer guide, Resource quotas; IAM user guide, IAM and AWS STS quotas; Amazon S3 user guide, Bucket policies",
  check: ({ document, kind, context }) =>
    judge(kind === undefined ? [] : sizeOf(document), (size) => {
      const limit = kind === undefined ? INLINE : limitOf(kind, context);
      return size > limit.size
        ? [{ place: "", what: `${size} is over ${limit.size}, the limit for ${limit.of}` }]
        : [];
    }),
};

function limitOf(kind: PolicyKind, context: LintContext): Limit {
  return kind === "identity" && context.inline === true ? INLINE : LIMITS[kind];
}

/** Empty for a document that cannot be serialised, such as one that is nested too deeply. */
function sizeOf(document: unknown): readonly number[] {
  try {
    return [Buffer.byteLength(JSON.stringify(document) ?? "")];
  } catch {
    return [];
  }
}
