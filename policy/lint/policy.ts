/** A policy as the rules see it: read leniently, so that a rule works on whatever is there. */
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
  /** Whether it stands in NotPrincipal. */
  readonly negated: boolean;
}

/** One condition key under one operator. */
export interface ConditionItem {
  readonly place: string;
  /** As written: `ForAllValues:StringEqualsIfExists`. */
  readonly operator: string;
  /** As written; keys have no case. */
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
  /** 12-digit id of the account that owns the key, role or bucket; undefined where nothing tells it. */
  readonly owner: string | undefined;
  /** The policy itself, taken out of whatever the AWS CLI wraps it in; undefined when the text is not JSON. */
  readonly document: unknown;
  /** Its denials as a document of their own, where `document` holds none. @default - the document is whole */
  readonly denials?: unknown;
  /** Empty unless the document is an object. */
  readonly statements: readonly LintStatement[];
  /** Every text of the document, names of members included. */
  readonly texts: readonly Item[];
  /** What is wrong with the text, where the document came as text. */
  readonly mistake?: JsonMistake;
  readonly duplicates: readonly { readonly place: string; readonly name: string }[];
  /** Where a place stands in the text; undefined when the document did not come as text. */
  readonly positionOf: (place: string) => Position | undefined;
}
