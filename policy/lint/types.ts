/** The linter's input and output, both plain data. */
import type { Position } from "./json-text";
import type { LintPolicy } from "./policy";

/** The kind of policy that a document is; what is correct in one kind is wrong in another. */
export type PolicyKind = "key" | "identity" | "trust" | "bucket";

/** What the caller knows about the policy. All optional: a rule that needs an unknown value does not apply. */
export interface LintContext {
  /** 12-digit id of the account that owns the policy's key, role or bucket. @default - read from the policy if it states the account */
  readonly account?: string;
  /** Region of the key, or, for an identity policy, the Region in which a key is needed. */
  readonly region?: string;
  /** ARN of the key that the policy belongs to or, for an identity policy, must allow the use of. */
  readonly keyArn?: string;
  /** ARNs of the roles that exist. @default - not known, and a role that may not exist is reported only as a risk */
  readonly existingRoles?: readonly string[];
  /** Whether an identity policy is an inline policy of a role. @default false - a managed policy, whose size limit is lower */
  readonly inline?: boolean;
}

export interface LintSubject {
  /** Untrusted: the policy's text, or JSON that is already parsed; also as the AWS CLI prints it. */
  readonly document: unknown;
  /** @default - inferred from the statements */
  readonly kind?: PolicyKind;
  /** The position of a place of the policy in the file that contains it. @default - its position in a document given as text */
  readonly positionOf?: (place: string) => Position | undefined;
  readonly context?: LintContext;
}

/** One mistake, at one place. */
export interface Finding {
  /** The rule's id, stable: `key-policy-resource`. */
  readonly rule: string;
  readonly title: string;
  /** `Statement[2].Principal.AWS[0]`; empty for the whole document. */
  readonly place: string;
  /** The statement's Sid, or `#n` (from 0) when it has none. */
  readonly statement?: string;
  /** From 1; known if the document was given as text. */
  readonly line?: number;
  /** From 1; known if the document was given as text. */
  readonly column?: number;
  /** What is wrong here, with the value. */
  readonly what: string;
  /** Why it matters. */
  readonly explanation: string;
  readonly fix: string;
  /** The AWS document that says so. */
  readonly source: string;
}

/** The verdict of one rule on one policy. */
export type RuleVerdict = "pass" | "fail" | "not-applicable";

export interface LintReport {
  /** Undefined if it could not be determined; then only rules for every kind were applied. */
  readonly kind: PolicyKind | undefined;
  /** Why this kind was assumed: given by the caller, or what in the policy indicates it. */
  readonly kindBecause: string;
  /** In the order of the document. */
  readonly findings: readonly Finding[];
  /** Rule id -> verdict, for every rule. */
  readonly verdicts: Readonly<Record<string, RuleVerdict>>;
}

/** A mistake that a rule found; with the rule's texts and its position it becomes a finding. */
export interface Mistake {
  readonly place: string;
  readonly what: string;
  /** Set if the place does not give the position, because the text could not be parsed. */
  readonly line?: number;
  readonly column?: number;
}

export type RuleResult =
  | { readonly verdict: "pass" | "not-applicable" }
  | { readonly verdict: "fail"; readonly mistakes: readonly Mistake[] };

/** One rule, in a file named after its id. */
export interface Rule {
  readonly id: string;
  /** Kinds of policy that it applies to; `any` also applies if the kind is not known. */
  readonly appliesTo: readonly PolicyKind[] | "any";
  readonly title: string;
  readonly explanation: string;
  readonly fix: string;
  readonly source: string;
  readonly check: (policy: LintPolicy) => RuleResult;
}
