import type { PolicyStatement } from "./policy-document";

/** The evaluator's input and its result, both plain data. */

export type PrincipalKind = "user" | "assumed-role" | "role" | "service" | "root";

/**
 * `federated` is a caller that has only proved its identity to an identity provider and requests a role from STS
 * (AssumeRoleWithSAML, AssumeRoleWithWebIdentity); once it has the role it is an `assumed-role`. `federated-user` is a
 * session from GetFederationToken.
 */
export type FederatedKind = "federated" | "federated-user";

/** The caller. For an assumed role the policies see both the role and the session. */
export interface RequestPrincipal {
  readonly kind: PrincipalKind | FederatedKind;
  /** 12-digit account id; for an AWS service, the service's name; for kind `federated`, the provider's name or account. */
  readonly account: string;
  /**
   * ARN of the user or of the session, the service principal (`ec2.amazonaws.com`), or the identity provider: its ARN,
   * or its name for providers that are built into AWS (`accounts.google.com`).
   */
  readonly arn: string;
  /** For kind `assumed-role`: ARN of the role, with its path. */
  readonly roleArn?: string;
  /** For kind `federated-user`: ARN of the IAM user who called GetFederationToken. */
  readonly userArn?: string;
  /** The account's canonical user id, by which bucket policies may name it. */
  readonly canonicalUserId?: string;
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
   * Condition keys of the call. Those that follow from the principal and the resource are derived and take precedence:
   * `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`, `aws:username`
   * (users only), `aws:ResourceAccount` and, for KMS, `kms:CallerAccount`.
   */
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** A policy with a name by which the result can refer to it; `document` is untrusted JSON. */
export interface NamedDocument {
  /** For display: `identity policy runner of role keyferry-acme-runner`. */
  readonly name: string;
  readonly document: unknown;
}

/** A KMS grant as far as authorisation needs it. */
export interface GrantDocument {
  readonly grantId: string;
  /** ARN of the grantee principal, or the name of the AWS service (`GranteeServicePrincipal`). */
  readonly granteePrincipal: string;
  /** Operation names without prefix: `Decrypt`, `CreateGrant`. */
  readonly operations: readonly string[];
  readonly encryptionContextEquals?: Readonly<Record<string, string>>;
  readonly encryptionContextSubset?: Readonly<Record<string, string>>;
  /**
   * The `SourceArn` constraint, which every grant to an AWS service has: the ARN in whose name the service calls.
   * Source: KMS API reference, "GrantConstraints".
   */
  readonly sourceArn?: string;
}

/**
 * A document that applies to the request and whose text was not provided: an AWS managed policy, a boundary that was
 * not read. `identity` and `resource` may allow and deny, a `limit` can only refuse.
 */
export interface UnreadDocument {
  readonly name: string;
  readonly kind: "identity" | "resource" | "limit";
  /** Why it is not known, and where its text is found: one sentence without a full stop. */
  readonly why: string;
}

/** The policies attached to one target on the path from the organisation's root to the account. */
export type OrganizationLevel = readonly NamedDocument[];

/** Every document that may decide. All lists default to empty. A document must not be changed once it was evaluated. */
export interface Documents {
  /** Identity policies of the principal; a service principal has none. */
  readonly identity?: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly session?: readonly NamedDocument[];
  /** The resource's own policy: key policy, trust policy, bucket policy. */
  readonly resource?: NamedDocument;
  readonly grants?: readonly GrantDocument[];
  /**
   * SCPs of the principal's account, one list for each level: root, organizational units, account. Every level must
   * allow. Left out for the management account, and for an account that is in no organisation.
   */
  readonly serviceControlPolicies?: readonly OrganizationLevel[];
  /** RCPs of the resource's account, likewise. */
  readonly resourceControlPolicies?: readonly OrganizationLevel[];
  /**
   * Policy of the VPC endpoint that the request comes through. @default - none; a request with `aws:SourceVpce` comes
   * through an endpoint whose policy is not known
   */
  readonly endpoint?: NamedDocument;
  /**
   * Whether S3 Block Public Access denies other accounts access to a bucket with a public policy (RestrictPublicBuckets
   * of the bucket or of its account). @default - not known
   */
  readonly restrictPublicBuckets?: boolean;
  /** Documents that also apply and that were not read. */
  readonly unread?: readonly UnreadDocument[];
}

/** Refers to the statement that decided. */
export interface Decider {
  readonly document: string;
  /** The statement's Sid, or `#n` (from 0) when it has none; for a grant, its id. */
  readonly statement: string;
}

export type MissingSide = "identity" | "resource";

/** The document that lacks a permission. */
export type MissingDocument =
  | "identity policy"
  | "permissions boundary"
  | "session policy"
  | "service control policy"
  | "resource control policy"
  | "key policy"
  | "trust policy"
  | "resource policy"
  | "VPC endpoint policy"
  | "grant";

/** One missing half, and the account whose administrator must add it. */
export interface MissingHalf {
  readonly side: MissingSide;
  /** 12-digit id. For a control policy, the account that it applies to: the administrator of its organisation must act. */
  readonly account: string;
  /** One sentence: what to add to which document. */
  readonly what: string;
  /** Where it is missing; undefined when no document can allow the request. */
  readonly document?: MissingDocument;
  /** For a control policy: the level that does not allow, from 0. */
  readonly level?: number;
  /** A statement for a document of version 2012-10-17 that adds this half; undefined when none can. */
  readonly suggested?: PolicyStatement;
  /** A grant that adds this half, where only a grant can. */
  readonly suggestedGrant?: Omit<GrantDocument, "grantId">;
}

/** Something that decides about the request and is not known. */
export interface Unknown {
  /** What is not known: a document, or one of its statements (`bucket policy/ReadLogs`). */
  readonly document: string;
  /** Why, and where to find it: one sentence without a full stop. */
  readonly why: string;
}

/** A document that AWS would refuse to store: it cannot allow anything, and while it exists, it cannot be ignored. */
export interface MalformedDocument {
  readonly document: string;
  readonly problems: readonly string[];
}

interface Answer {
  /** Absent when every document was well formed. */
  readonly malformed?: readonly MalformedDocument[];
}

export type Verdict = Answer &
  (
    | { readonly allowed: true; readonly by: readonly Decider[] }
    | { readonly allowed: false; readonly reason: "explicit-deny"; readonly by: readonly Decider[] }
    | {
        readonly allowed: false;
        readonly reason: "missing-allow";
        readonly missing: readonly MissingHalf[];
      }
    | {
        /** Neither allowed nor refused: it depends on what is not known. Treat it as not proved either way. */
        readonly allowed: false;
        readonly reason: "unknown";
        /** Never empty. */
        readonly unknown: readonly Unknown[];
      }
  );
