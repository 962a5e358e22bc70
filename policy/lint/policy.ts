/** A policy as the rules see it: read leniently, so that a rule works on the parts that are valid. */
import type { JsonMistake, Position } from "./json-text";
import type { LintContext, PolicyKind } from "./types";

export type JsonObject = Readonly<Record<string, unknown>>;

/** One text of a statement, with its place. */
export interface Item {
  readonly text: string;
  readonly place: string;
}

export interface PrincipalItem extends Item {
  /** `AWS`, `Service`, ...; `*` for the bare `"*"`, which means the same as AWS `*`. */
  readonly type: string;
  /** Whether it is in NotPrincipal. */
  readonly negated: boolean;
}

/** One condition key under one operator. */
export interface ConditionItem {
  readonly place: string;
  /** As written: `ForAllValues:StringEqualsIfExists`. */
  readonly operator: string;
  /** As written; keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly Item[];
}

export interface LintStatement {
  /** Its Sid, or `#n`. */
  readonly id: string;
  readonly place: string;
  readonly raw: JsonObject;
  readonly allows: boolean;
  readonly actions: readonly Item[];
  readonly resources: readonly Item[];
  readonly principals: readonly PrincipalItem[];
  readonly conditions: readonly ConditionItem[];
}

export interface LintPolicy {
  readonly kind: PolicyKind | undefined;
  readonly context: LintContext;
  /** 12-digit id of the account that owns the key, role or bucket; undefined if it is not known. */
  readonly owner: string | undefined;
  /** The policy itself, without the members that the AWS CLI prints around it; undefined when the text is not JSON. */
  readonly document: unknown;
  /** Its denials as a separate document, if `document` contains none. @default - the document is complete */
  readonly denials?: unknown;
  /** Empty unless the document is an object. */
  readonly statements: readonly LintStatement[];
  /** Every text of the document, names of members included. */
  readonly texts: readonly Item[];
  /** What is wrong with the text, if the document was given as text. */
  readonly mistake?: JsonMistake;
  readonly duplicates: readonly { readonly place: string; readonly name: string }[];
  /** The position of a place in the text; undefined when the document was not given as text. */
  readonly positionOf: (place: string) => Position | undefined;
}
