/** The evaluator's question and its answer, both plain data. */

export type PrincipalKind = "user" | "assumed-role" | "role" | "service" | "root";

/** Who asks. For an assumed role the policies see both the role and the session. */
export interface RequestPrincipal {
  readonly kind: PrincipalKind;
  /** 12-digit account id; for an AWS service, the service's name. */
  readonly account: string;
  /** ARN of the user, of the role's session, or the service principal (`ec2.amazonaws.com`). */
  readonly arn: string;
  /** For kind `assumed-role`: ARN of the role, with its path. */
  readonly roleArn?: string;
}

export type ContextValue = string | readonly string[];

export interface AccessRequest {
  /** With its service prefix: `kms:CreateGrant`. */
  readonly action: string;
  /** ARN of the resource, or `*` for an action that has none. */
  readonly resource: string;
  /** 12-digit id of the account that owns the resource. */
  readonly resourceAccount: string;
  readonly principal: RequestPrincipal;
  /**
   * Condition keys that the call carries. Those that follow from the principal and the resource are derived and win:
   * `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`, `aws:username`
   * (users only), `aws:ResourceAccount` and, for KMS, `kms:CallerAccount`.
   */
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** A policy with a name by which the answer can point at it; `document` is untrusted JSON. */
export interface NamedDocument {
  /** For people: `identity policy runner of role keyferry-acme-runner`. */
  readonly name: string;
  readonly document: unknown;
}

/** A KMS grant as far as authorisation needs it. */
export interface GrantDocument {
  readonly grantId: string;
  /** ARN of the grantee principal. */
  readonly granteePrincipal: string;
  /** Operation names without prefix: `Decrypt`, `CreateGrant`. */
  readonly operations: readonly string[];
  readonly encryptionContextEquals?: Readonly<Record<string, string>>;
  readonly encryptionContextSubset?: Readonly<Record<string, string>>;
}

/** Everything that may decide. All lists default to none. */
export interface Documents {
  /** Identity policies of the principal; none exist for a service principal. */
  readonly identity?: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly session?: readonly NamedDocument[];
  /** The resource's own policy: key policy, trust policy, bucket policy. */
  readonly resource?: NamedDocument;
  readonly grants?: readonly GrantDocument[];
}

/** Points at the statement that decided. */
export interface Decider {
  readonly document: string;
  /** The statement's Sid, or `#n` (from 0) when it has none; for a grant, its id. */
  readonly statement: string;
}

export type MissingSide = "identity" | "resource";

/** One half that is missing, and whose administrator must add it. */
export interface MissingHalf {
  readonly side: MissingSide;
  /** 12-digit id. */
  readonly account: string;
  /** One sentence: what to add to which document. */
  readonly what: string;
}

export type Verdict =
  | { readonly allowed: true; readonly by: readonly Decider[] }
  | { readonly allowed: false; readonly reason: "explicit-deny"; readonly by: readonly Decider[] }
  | { readonly allowed: false; readonly reason: "missing-allow"; readonly missing: readonly MissingHalf[] };
