/** The linter's question and its answer, both plain data. */
import type { Position } from "./json-text";
import type { LintPolicy } from "./policy";

/** Which kind of policy a document is; what is right in one is wrong in another. */
export type PolicyKind = "key" | "identity" | "trust" | "bucket";

/** What the caller knows around the policy. All optional: a rule that needs what is not known does not apply. */
export interface LintContext {
  /** 12-digit id of the account that owns the policy's key, role or bucket. @default - read from the policy where it says so */
  readonly account?: string;
  /** Region of the key, or, for an identity policy, the Region in which a key is needed. */
  readonly region?: string;
  /** ARN of the key that the policy belongs to or, for an identity policy, must open. */
  readonly keyArn?: string;
  /** ARNs of the roles that exist. @default - not known, and a role that may not exist is reported as a risk only */
  readonly existingRoles?: readonly string[];
  /** Whether an identity policy is an inline policy of a role. @default false - a managed policy, which may be less long */
  readonly inline?: boolean;
}

export interface LintSubject {
  /** Untrusted: the policy's text, or JSON that has been read already; also as the AWS CLI prints it. */
  readonly document: unknown;
  /** @default - guessed from what the statements speak of */
  readonly kind?: PolicyKind;
  /** Where a place within the policy stands in the file around it. @default - where it stands in a document given as text */
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
  /** From 1; known where the document was given as text. */
  readonly line?: number;
  /** From 1; known where the document was given as text. */
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
  /** Undefined where it could not be told: then only rules for every kind were applied. */
  readonly kind: PolicyKind | undefined;
  /** Why the kind was taken: given by the caller, or what in the policy told it. */
  readonly kindBecause: string;
  /** In the order of the document. */
  readonly findings: readonly Finding[];
  /** Rule id -> verdict, for every rule. */
  readonly verdicts: Readonly<Record<string, RuleVerdict>>;
}

/** A mistake that a rule found; place and value make it a finding. */
export interface Mistake {
  readonly place: string;
  readonly what: string;
  /** Where the place does not tell, because the text could not be read. */
  readonly line?: number;
  readonly column?: number;
}

export type RuleResult =
  | { readonly verdict: "pass" | "not-applicable" }
  | { readonly verdict: "fail"; readonly mistakes: readonly Mistake[] };

/** One rule; it lives in a file of its id's name. */
export interface Rule {
  readonly id: string;
  /** Kinds of policy that it speaks of; `any` also where the kind is not known. */
  readonly appliesTo: readonly PolicyKind[] | "any";
  readonly title: string;
  readonly explanation: string;
  readonly fix: string;
  readonly source: string;
  readonly check: (policy: LintPolicy) => RuleResult;
}
