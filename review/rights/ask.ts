import {
  evaluate,
  isAllowed,
  isRefused,
  type AccessRequest,
  type Documents,
  type NamedDocument,
} from "@keyferry/evaluator";
import type { Witness } from "./contexts";
import type { ResourceSide, RightResource } from "./resource";
import type { Subject, SubjectPolicies } from "./subject";

export type Decision = "allowed" | "refused" | "unknown";

/** One question that is asked for both sides. */
export interface Question {
  readonly subject: Subject;
  readonly resource: RightResource;
  readonly action: string;
  readonly context: Witness;
}

export type Side = "base" | "head";

/** Assumed policy of a VPC endpoint, which no stack contains: it allows everything. */
const OPEN_ENDPOINT: NamedDocument = {
  name: "policy of the VPC endpoint",
  document: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
  },
};

export function decide(question: Question, side: Side): Decision {
  const asked = questionOn(question, side);
  if (asked === undefined) return "refused";
  if (isAllowed(asked.request, asked.documents)) return "allowed";
  return isRefused(asked.request, asked.documents) ? "refused" : "unknown";
}

/** The reason for the decision, for display: one sentence without a full stop. */
export function reasonOf(question: Question, side: Side): string {
  const asked = questionOn(question, side);
  if (asked === undefined)
    return question.resource[side] === undefined ? "it does not exist" : "the principal does not exist";
  const verdict = evaluate(asked.request, asked.documents);
  if (verdict.allowed) return `allowed by ${deciders(verdict.by)}`;
  if (verdict.reason === "explicit-deny") return `denied by ${deciders(verdict.by)}`;
  if (verdict.reason === "unknown") {
    return `not known: ${verdict.unknown.map(({ document, why }) => `${document}: ${why}`).join("; ")}`;
  }
  const sides = verdict.missing.map(({ document, account }) => `${document ?? "permission"} of ${account}`);
  return `refused: nothing allows it in the ${sides.join(" and the ")}`;
}

function deciders(by: readonly { readonly document: string; readonly statement: string }[]): string {
  return by.map(({ document, statement }) => `${statement} of the ${document}`).join(" and ");
}

/** Request and documents as the evaluator takes them; undefined where the principal or the resource does not exist. */
export function questionOn(
  { subject, resource, action, context }: Question,
  side: Side,
): { readonly request: AccessRequest; readonly documents: Documents } | undefined {
  const policies = subject[side];
  const about = resource[side];
  if (policies === undefined || about === undefined) return undefined;
  return {
    request: {
      action,
      resource: resource.arn,
      resourceAccount: resource.account,
      principal: subject.principal,
      context,
    },
    documents: documentsOf(policies, about, context),
  };
}

function documentsOf(policies: SubjectPolicies, about: ResourceSide, context: Witness): Documents {
  const throughEndpoint = Object.keys(context).some((key) => key.toLowerCase() === "aws:sourcevpce");
  return {
    identity: policies.identity,
    unread: policies.unread,
    ...(policies.boundary === undefined ? {} : { boundary: policies.boundary }),
    ...(about.policy === undefined ? {} : { resource: about.policy }),
    ...(about.grants.length === 0 ? {} : { grants: about.grants }),
    ...(about.restrictPublicBuckets === undefined
      ? {}
      : { restrictPublicBuckets: about.restrictPublicBuckets }),
    ...(throughEndpoint ? { endpoint: OPEN_ENDPOINT } : {}),
  };
}
