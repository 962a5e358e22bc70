import type { Conditions, PrincipalElement } from "@keyferry/evaluator";

/**
 * Policies as data. A statement names keys symbolically (`KeyReference`), because each document has two readers:
 * Terraform, which needs tokens, and the proof, which needs ARNs. `render.ts` serves both.
 */

export type { Conditions, PolicyDocument, PolicyStatement, PrincipalElement } from "@keyferry/evaluator";

/** A customer managed key by its account, Region and name; rendered as the key's ARN. */
export interface KeyReference {
  /** 12-digit id of the account that owns the key. */
  readonly account: string;
  /** As AWS writes it: `eu-west-1`. */
  readonly region: string;
  /** With its prefix: `alias/keyferry/acme/home`; for a key that the user names by its ARN, the ARN. */
  readonly alias: string;
}

/** A statement of a policy, in the order and with the meaning that IAM has for it. */
export interface Statement {
  /** Letters and digits only: IAM policies allow nothing else. */
  readonly sid: string;
  /** A Deny wins over every Allow. */
  readonly effect: "Allow" | "Deny";
  /** Only in resource-based policies. */
  readonly principal?: PrincipalElement;
  /** With their services: `kms:Decrypt`. */
  readonly actions: readonly string[];
  /** Absent in trust policies. In a key policy always `["*"]`, which there means "this key". */
  readonly resources?: readonly (string | KeyReference)[];
  /** Operator, condition key, values: all must hold. @default - none */
  readonly conditions?: Conditions;
}

export function isKeyReference(resource: string | KeyReference): resource is KeyReference {
  return typeof resource !== "string";
}

/** Identity of a key reference, for maps. */
export function keyReferenceId(key: KeyReference): string {
  return `${key.account}/${key.region}/${key.alias}`;
}
