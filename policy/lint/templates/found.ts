/** Policies inside a file that contains more than one: a Terraform plan, a CloudFormation template. */
import type { Position } from "../json-text";
import type { LintContext, PolicyKind } from "../types";

/** One policy, with everything that the file states about it. */
export interface FoundPolicy {
  /** Where it is: `aws_kms_key.home policy`, `HomeKey KeyPolicy`. */
  readonly name: string;
  readonly kind: PolicyKind;
  /** Untrusted: text or JSON. */
  readonly document: unknown;
  readonly context: LintContext;
  /** Places within the policy whose values are known only after the deployment; no mistake is reported there. */
  readonly unresolved: readonly string[];
  /** The position in the file of a place within the policy; undefined if it is not known. */
  readonly positionOf?: (place: string) => Position | undefined;
}

/** A policy that cannot be read before the deployment. */
export interface UnreadPolicy {
  readonly name: string;
  readonly why: string;
}

export interface PolicyFile {
  /** What the file is, for people: `a Terraform plan`. */
  readonly form: string;
  /** Which stand-ins the policies contain for values of the deployment, for people. */
  readonly note?: string;
  readonly policies: readonly FoundPolicy[];
  readonly unread: readonly UnreadPolicy[];
}
