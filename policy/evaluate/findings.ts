import { requestContext, type Context } from "./context";
import { readStatements, type ReadStatement } from "./document";
import { matchGrant } from "./grants";
import { matchPrincipal, type PrincipalMatch } from "./principal";
import { resourcePolicyKind, type Half } from "./rules";
import { applies } from "./statement";
import type { AccessRequest, Decider, Documents, NamedDocument } from "./types";

/** A document that allows less than the identity policies. */
export interface Limit {
  readonly kind: "boundary" | "session";
  readonly names: readonly string[];
}

/** What every document says about a request, before it is decided. */
export interface Findings {
  readonly denies: readonly Decider[];
  readonly halves: Readonly<Record<Half, readonly Decider[]>>;
  /** The boundary and the session policies where they do not allow the request. */
  readonly limits: readonly Limit[];
}

interface Finding {
  readonly effect: "Allow" | "Deny";
  readonly by: Decider;
  readonly match?: PrincipalMatch;
}

export function gatherFindings(request: AccessRequest, documents: Documents): Findings {
  const context = requestContext(request);
  const ofPrincipal = (named: readonly NamedDocument[]) =>
    named.flatMap((document) => principalFindings(document, request, context));
  const identity = ofPrincipal(documents.identity ?? []);
  const boundary = ofPrincipal(documents.boundary === undefined ? [] : [documents.boundary]);
  const session = ofPrincipal(documents.session ?? []);
  const resource = resourceFindings(documents, request, context);
  const named = (match: PrincipalMatch) => allows(resource.filter((finding) => finding.match === match));
  return {
    denies: [identity, boundary, session, resource]
      .flat()
      .filter(isDeny)
      .map((finding) => finding.by),
    halves: {
      identity: request.principal.kind === "root" ? [ROOT_USER] : allows(identity),
      exact: named("exact"),
      named: named("named"),
      account: named("account"),
      ...grantFindings(documents, request, context),
    },
    limits: [
      ...limit("boundary", documents.boundary === undefined ? undefined : [documents.boundary], boundary),
      ...limit("session", documents.session, session),
    ],
  };
}

/** An account's root user needs no identity policy. */
const ROOT_USER: Decider = { document: "root user of the account", statement: "implicit" };

/** In a policy of a principal, a statement that names principals has no effect. */
function principalFindings(
  named: NamedDocument,
  request: AccessRequest,
  context: Context,
): readonly Finding[] {
  return readStatements(named.document)
    .filter(
      (statement) => statement.principals === undefined && applies(statement, request, context, "required"),
    )
    .map((statement) => finding(named, statement));
}

function resourceFindings(
  documents: Documents,
  request: AccessRequest,
  context: Context,
): readonly Finding[] {
  const { resource: named } = documents;
  if (named === undefined) return [];
  const element = resourcePolicyKind(request) === "trust" ? "absent" : "required";
  return readStatements(named.document).flatMap((statement) => {
    const match = matchPrincipal(statement, request.principal, documents.boundary !== undefined);
    return match !== undefined && applies(statement, request, context, element)
      ? [{ ...finding(named, statement), match }]
      : [];
  });
}

function grantFindings(documents: Documents, request: AccessRequest, context: Context) {
  const grants = resourcePolicyKind(request) === "key" ? (documents.grants ?? []) : [];
  const matching = (match: "direct" | "account") =>
    grants
      .filter((grant) => matchGrant(grant, request, context) === match)
      .map((grant): Decider => ({ document: `grants of ${request.resource}`, statement: grant.grantId }));
  return { grant: matching("direct"), accountGrant: matching("account") };
}

function limit(
  kind: Limit["kind"],
  documents: readonly NamedDocument[] | undefined,
  findings: readonly Finding[],
): readonly Limit[] {
  const present = documents !== undefined && documents.length > 0;
  return present && allows(findings).length === 0
    ? [{ kind, names: documents.map(({ name }) => name).sort() }]
    : [];
}

function finding(named: NamedDocument, { effect, id }: ReadStatement): Finding {
  return { effect, by: { document: named.name, statement: id } };
}

function isDeny({ effect }: Finding): boolean {
  return effect === "Deny";
}

function allows(findings: readonly Finding[]): readonly Decider[] {
  return findings.filter((finding) => !isDeny(finding)).map((finding) => finding.by);
}
