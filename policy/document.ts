/**
 * Policies as data. A statement names keys symbolically (`KeyReference`), because one document has two readers:
 * Terraform, which needs tokens, and the proof, which needs ARNs. `render.ts` serves both.
 */

/** A customer managed key by where it lives and its alias; rendered as the key's ARN. */
export interface KeyReference {
  /** 12-digit id of the account that owns the key. */
  readonly account: string;
  readonly region: string;
  /** With its prefix: `alias/keyferry/acme/home`. */
  readonly alias: string;
}

/** Operator -> condition key -> allowed values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** `"*"` or principals by kind. */
export type PrincipalElement =
  | "*"
  | {
      readonly AWS?: readonly string[];
      readonly Service?: readonly string[];
      readonly Federated?: readonly string[];
    };

export interface Statement {
  /** Letters and digits only: IAM policies allow nothing else. */
  readonly sid: string;
  readonly effect: "Allow" | "Deny";
  /** In resource policies only. */
  readonly principal?: PrincipalElement;
  readonly actions: readonly string[];
  /** Absent in trust policies. In a key policy always `["*"]`, which there means "this key". */
  readonly resources?: readonly (string | KeyReference)[];
  readonly conditions?: Conditions;
}

/** A policy as AWS reads it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** One statement as AWS reads it, in canonical form: lists are always lists, except the bare `"*"` principal. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: PrincipalElement;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Conditions;
}

export function isKeyReference(resource: string | KeyReference): resource is KeyReference {
  return typeof resource !== "string";
}

/** Identity of a key reference, for maps. */
export function keyReferenceId(key: KeyReference): string {
  return `${key.account}/${key.region}/${key.alias}`;
}
