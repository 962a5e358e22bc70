import type { LintSubject, PolicyKind } from "../../../../policy/lint";

type Json = Record<string, unknown>;

/** The expected result of one rule for one policy. */
export interface Expectation {
  readonly subject: LintSubject;
  /** Where it fails; empty for a pass. */
  readonly places: readonly string[];
}

export interface RuleCase {
  readonly rule: string;
  readonly fails: readonly Expectation[];
  readonly passes: readonly LintSubject[];
  /** Policies that the rule does not apply to. */
  readonly silent?: readonly LintSubject[];
}

export const SRC = "111111111111";
export const DST = "222222222222";
export const ROOT = `arn:aws:iam::${SRC}:root`;
export const KEY_ARN = `arn:aws:kms:eu-central-1:${DST}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const SOURCE_KEY_ARN = `arn:aws:kms:us-east-2:${SRC}:key/523b2035-1111-4c71-8690-db6b43589c34`;
export const AUTO_SCALING_ROLE = `arn:aws:iam::${SRC}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;

/** The statement that allows the owner. */
export const OWNER: Json = {
  Effect: "Allow",
  Principal: { AWS: ROOT },
  Action: "kms:*",
  Resource: "*",
};

export function policy(kind: PolicyKind | undefined, ...statements: readonly unknown[]): LintSubject {
  return { kind, document: { Version: "2012-10-17", Statement: statements } };
}

/** A key policy that begins with the owner's statement, so that what is under test is Statement[1] and on. */
export function key(...statements: readonly Json[]): LintSubject {
  return policy("key", OWNER, ...statements.map((statement) => ({ Resource: "*", ...statement })));
}

export function keyUse(principal: unknown, more: Json = {}): LintSubject {
  return key({ Effect: "Allow", Principal: principal, Action: ["kms:Decrypt"], ...more });
}

export function identity(...statements: readonly Json[]): LintSubject {
  return policy("identity", ...statements.map((statement) => ({ Effect: "Allow", ...statement })));
}

/** An identity policy of one statement on one key. */
export function onKey(actions: unknown, more: Json = {}): LintSubject {
  return identity({ Action: actions, Resource: KEY_ARN, ...more });
}

export function trust(statement: Json): LintSubject {
  return policy("trust", { Effect: "Allow", Action: "sts:AssumeRole", ...statement });
}

export function bucket(statement: Json): LintSubject {
  return policy("bucket", {
    Effect: "Allow",
    Principal: { AWS: ROOT },
    Action: "s3:GetObject",
    Resource: "arn:aws:s3:::images/*",
    ...statement,
  });
}

export function at(subject: LintSubject, ...places: readonly string[]): Expectation {
  return { subject, places };
}

export function withContext(subject: LintSubject, context: LintSubject["context"]): LintSubject {
  return { ...subject, context };
}
