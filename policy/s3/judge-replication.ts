import { evaluate, type Documents, type NamedDocument, type Verdict } from "@keyferry/evaluator";
import {
  replicationCalls,
  type DecidingDocument,
  type ReplicatedObject,
  type ReplicationCall,
} from "./replication-calls";

/** A policy with a name for people; its document is untrusted JSON. */
export type NamedPolicy = NamedDocument;

/** The documents that decide about an object's replication, as far as they could be read. */
export interface ReplicationDocuments {
  /** The role's own policies. @default - they could not be read */
  readonly role?: readonly NamedDocument[];
  /** The other documents; null if AWS reports that none exists. @default - it could not be read */
  readonly others: Partial<Record<DecidingDocument, NamedDocument | null>>;
}

/** One half of a permission that is missing. */
export interface MissingPermission {
  /** `s3:ReplicateObject` */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** AWS's failure reason for objects that fail because of it. */
  readonly reason: string;
  /** 12-digit id of the account whose administrator must act. */
  readonly account: string;
  /** Where: `policy of role replicate-documents`, `destination bucket`. */
  readonly where: string;
  /** Row of the permission table whose statement is missing or too narrow, or the statement that denies. */
  readonly statement?: string;
  /** One sentence: who must do what. */
  readonly fix: string;
}

export interface ReplicationJudgement {
  /** In the order in which S3 encounters them. */
  readonly missing: readonly MissingPermission[];
  /** Documents that might decide and could not be read or judged: one sentence each. */
  readonly unknown: readonly string[];
}

/** A half that could not be read counts as allowing everything, so that only the other is judged. */
const OPEN_RESOURCE = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};
const OPEN_IDENTITY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** Judges the replication of an object by the policies of both accounts: which halves are missing, and in which account. */
export function judgeReplication(
  object: ReplicatedObject,
  documents: ReplicationDocuments,
): ReplicationJudgement {
  const missing: MissingPermission[] = [];
  const unknown = new Set<string>();
  const ofRole = new Set((documents.role ?? []).map(({ name }) => name));
  for (const call of replicationCalls(object)) {
    // A trust policy that was not read cannot be judged, and no other document decides this call.
    if (call.decidedBy === "trust policy" && documents.others["trust policy"] === undefined) continue;
    const verdict = evaluate(call.request, documentsFor(call, documents));
    if (verdict.allowed) continue;
    if (verdict.reason === "unknown")
      for (const { document, why } of verdict.unknown) unknown.add(`${document}: ${why}`);
    else missing.push(...halvesOf(object, call, verdict, ofRole));
  }
  return { missing, unknown: [...unknown] };
}

function documentsFor(call: ReplicationCall, { role, others }: ReplicationDocuments): Documents {
  const name = call.decidedBy;
  const other = others[name];
  const resource = other === null ? {} : { resource: other ?? { name, document: OPEN_RESOURCE } };
  if (name === "trust policy") return resource;
  return {
    ...resource,
    identity: role ?? [{ name: "role", document: OPEN_IDENTITY }],
    restrictPublicBuckets: false,
  };
}

function halvesOf(
  object: ReplicatedObject,
  { request, reason, rows, decidedBy }: ReplicationCall,
  verdict: Exclude<Verdict, { readonly allowed: true } | { readonly reason: "unknown" }>,
  ofRole: ReadonlySet<string>,
): readonly MissingPermission[] {
  const { action, resource } = request;
  const base = { action, resource, reason };
  const role = `role ${object.roleName}`;
  if (verdict.reason === "explicit-deny") {
    return verdict.by.map(({ document, statement }) => {
      const account = ofRole.has(document) ? object.source.account : request.resourceAccount;
      return {
        ...base,
        account,
        where: document,
        statement,
        fix: `account ${account}: statement ${statement} of the ${document} denies ${action} on ${resource}; remove the statement or exclude ${role} from it`,
      };
    });
  }
  return verdict.missing.map(({ side, account }) => {
    const isRole = side === "identity";
    const statement = isRole ? rows.role : rows.other;
    const where = isRole ? `policy of ${role}` : OTHER[decidedBy];
    const named = statement === undefined ? "" : ` (statement ${statement})`;
    return {
      ...base,
      account,
      where,
      ...(statement === undefined ? {} : { statement }),
      fix: `account ${account} must allow ${action} on ${resource} ${isRole ? `in the ${where}` : `to ${role} of account ${object.source.account} in the ${where}`}${named}`,
    };
  });
}

const OTHER: Readonly<Record<DecidingDocument, string>> = {
  "trust policy": "role's trust policy",
  "source bucket": "policy of the source bucket",
  "source key": "policy of the source's key",
  "destination bucket": "policy of the destination bucket",
  "destination key": "policy of the destination's key",
};
