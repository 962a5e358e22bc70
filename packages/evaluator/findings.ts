import type { PolicyQuestion } from "./asked";
import { compileDocument } from "./compile";
import type { CompiledStatement } from "./compiled-statement";
import { boundByResourceControl, boundByServiceControl } from "./control-policies";
import { matchGrant, type GrantMatch } from "./grants";
import { BUCKET_POLICY_ACTIONS } from "./never";
import { DOUBTFUL, matchPrincipal, type PrincipalMatch } from "./principal";
import type { Half } from "./rules";
import type {
  Decider,
  Documents,
  MalformedDocument,
  NamedDocument,
  OrganizationLevel,
  Unknown,
} from "./types";
import { keptOutOfPublicBucket, unreadDocuments } from "./unread";

/** Documents that can only restrict, and do not allow the request. */
export interface Limit {
  readonly kind:
    "boundary" | "session" | "service-control" | "resource-control" | "endpoint" | "public-access-block";
  readonly names: readonly string[];
  /** For a control policy: the level of the organisation. */
  readonly level?: number;
}

/** What every document says about a request, before the decision. */
export interface Findings {
  readonly denies: readonly Decider[];
  readonly halves: Readonly<Record<Half, readonly Decider[]>>;
  readonly limits: readonly Limit[];
  readonly malformed: readonly MalformedDocument[];
  /** What was assumed to allow or deny the request, because it is not known. */
  readonly unknown: readonly Unknown[];
}

/** Whether unknown facts are assumed to allow or deny the request. */
export type Doubt = "for" | "against";

interface Gathering {
  readonly asked: PolicyQuestion;
  readonly doubt: Doubt;
  readonly denies: Decider[];
  readonly malformed: MalformedDocument[];
  readonly unknown: Unknown[];
  readonly limits: Limit[];
}

/** Whether a statement names the caller; `true` where only the fact matters. */
type Speaks<T> = (statement: CompiledStatement) => T | typeof DOUBTFUL | undefined;

export function gatherFindings(asked: PolicyQuestion, documents: Documents, doubt: Doubt): Findings {
  const gathering: Gathering = { asked, doubt, denies: [], malformed: [], unknown: [], limits: [] };
  const identity = allowsOf(gathering, documents.identity ?? NONE, ofPrincipal(asked), true);
  const resource = resourceAllows(gathering, documents);
  for (const { name, kind, why } of unreadDocuments(asked, documents)) {
    gathering.unknown.push({ document: name, why });
    const by = { document: name, statement: "not known" };
    if (doubt === "against") gathering.denies.push(by);
    else if (kind === "identity") identity.push({ by, match: true });
    else if (kind === "resource") resource.push({ by, match: closestTo(asked) });
  }
  gatherOwnLimits(gathering, documents);
  gatherControlLimits(gathering, documents);
  gatherWayLimits(gathering, documents);
  const grants = grantFindings(documents, asked);
  return {
    denies: gathering.denies,
    halves: {
      identity: asked.request.principal.kind === "root" ? [ROOT_USER] : identity.map(({ by }) => by),
      exact: matching(resource, "exact"),
      named: matching(resource, "named"),
      account: matching(resource, "account"),
      grant: grants.direct,
      accountGrant: grants.account,
    },
    limits: gathering.limits,
    malformed: gathering.malformed,
    unknown: gathering.unknown,
  };
}

const NONE: readonly NamedDocument[] = [];
const EMPTY: readonly Decider[] = [];
const NO_GRANTS: GrantFindings = { direct: EMPTY, account: EMPTY };

/** An account's root user needs no identity policy. */
const ROOT_USER: Decider = { document: "root user of the account", statement: "implicit" };

/**
 * Without session policies a federated user has none of the IAM user's permissions. Source: IAM user guide,
 * "Permissions for GetFederationToken".
 */
const NO_SESSION_POLICY: Limit = { kind: "session", names: [] };

interface Allow<T> {
  readonly by: Decider;
  readonly match: T;
}

/**
 * The statements that allow; those that deny are added to the findings. A document that cannot be read may contain
 * either.
 * @param best the closest way in which a statement could name the caller, where this is not known
 */
function allowsOf<T>(
  { asked, doubt, denies, malformed, unknown }: Gathering,
  documents: readonly NamedDocument[],
  speaks: Speaks<T>,
  best: T,
): Allow<T>[] {
  const allows: Allow<T>[] = [];
  for (const { name, document } of documents) {
    const { problems, statementsOn } = compileDocument(document);
    if (problems.length > 0) {
      malformed.push({ document: name, problems });
      unknown.push({ document: name, why: `it cannot be read: ${problems.join("; ")}` });
      const by = { document: name, statement: "unreadable" };
      if (doubt === "for") allows.push({ by, match: best });
      else denies.push(by);
    }
    for (const statement of statementsOn(asked.action, asked.request.principal.account)) {
      const match = speaks(statement);
      if (match === undefined || !statement.conditionsHold(asked.context)) continue;
      const by = { document: name, statement: statement.id };
      if (match === DOUBTFUL) {
        unknown.push({ document: `${name}/${statement.id}`, why: UNIQUE_IDS });
        if ((statement.effect === "Allow") !== (doubt === "for")) continue;
      }
      if (statement.effect === "Deny") denies.push(by);
      else allows.push({ by, match: match === DOUBTFUL ? best : match });
    }
  }
  return allows;
}

const UNIQUE_IDS =
  "it names principals by unique id, and the caller's unique id is not known: aws:userid of the request contains it";

/** The closest way in which a resource policy can name the caller: only a principal of an account can be named exactly. */
function closestTo({ request }: PolicyQuestion): PrincipalMatch {
  const { kind } = request.principal;
  return kind === "service" || kind === "federated" ? "named" : "exact";
}

/** In a policy of a principal, a statement that names principals has no effect. */
function ofPrincipal({ request, context }: PolicyQuestion): Speaks<true> {
  return (statement) =>
    statement.principals === undefined && statement.matchesResource(request.resource, context)
      ? true
      : undefined;
}

function resourceAllows(gathering: Gathering, documents: Documents): Allow<PrincipalMatch>[] {
  const { resource, boundary } = documents;
  if (resource === undefined) return [];
  const { asked } = gathering;
  const speaks = ofResource(asked, boundary !== undefined);
  const within = deniesNotTo(asked) ? { ...gathering, denies: [] } : gathering;
  return allowsOf(within, [resource], speaks, closestTo(asked));
}

/**
 * Trust policies have no Resource: they apply to their role. In other policies a statement without one has no effect.
 * `Principal: "*"` with `aws:PrincipalArn` allows the session itself. Source: IAM user guide, "How AWS enforcement code
 * logic evaluates requests": "Permissions boundaries and session policies do not limit permissions granted using the
 * aws:PrincipalArn condition key with a wildcard(*) in the Principal element".
 */
function ofResource(asked: PolicyQuestion, hasBoundary: boolean): Speaks<PrincipalMatch> {
  const { request, context, policy } = asked;
  return (statement) => {
    const { principals } = statement;
    if (principals === undefined) return undefined;
    const match = matchPrincipal(principals, statement.effect, asked, hasBoundary);
    if (match === undefined) return undefined;
    const ofIt =
      policy === "trust" ? !statement.hasResource : statement.matchesResource(request.resource, context);
    if (!ofIt) return undefined;
    const picked = match === "named" && principals.everyone && statement.picksByPrincipalArn;
    return picked ? closestTo(asked) : match;
  };
}

/**
 * The root user of a bucket's account cannot lock itself out of the bucket's policy.
 * Source: S3 API reference, "PutBucketPolicy".
 */
function deniesNotTo({ action, request }: PolicyQuestion): boolean {
  const { kind, account } = request.principal;
  return kind === "root" && account === request.resourceAccount && BUCKET_POLICY_ACTIONS.has(action);
}

function matching(allows: readonly Allow<PrincipalMatch>[], match: PrincipalMatch): readonly Decider[] {
  return allows.length === 0 ? EMPTY : allows.filter((allow) => allow.match === match).map(({ by }) => by);
}

function gatherLimit(
  gathering: Gathering,
  kind: Limit["kind"],
  documents: readonly NamedDocument[],
  speaks: Speaks<unknown> = ofPrincipal(gathering.asked),
  level?: number,
): void {
  if (allowsOf(gathering, documents, speaks, true).length > 0) return;
  const names = documents.map(({ name }) => name).sort();
  gathering.limits.push({ kind, names, ...(level === undefined ? {} : { level }) });
}

/** The policies that limit the caller. */
function gatherOwnLimits(gathering: Gathering, { boundary, session = NONE }: Documents): void {
  if (boundary !== undefined) gatherLimit(gathering, "boundary", [boundary]);
  if (session.length > 0) gatherLimit(gathering, "session", session);
  else if (gathering.asked.request.principal.kind === "federated-user")
    gathering.limits.push(NO_SESSION_POLICY);
}

/** Every level of the organisation must allow. Source: Organizations user guide, "SCP evaluation", "RCP evaluation". */
function gatherControlLimits(gathering: Gathering, documents: Documents): void {
  const { asked } = gathering;
  const { serviceControlPolicies, resourceControlPolicies } = documents;
  if (serviceControlPolicies !== undefined && boundByServiceControl(asked)) {
    gatherLevels(gathering, "service-control", serviceControlPolicies, ofPrincipal(asked));
  }
  if (resourceControlPolicies !== undefined && boundByResourceControl(asked)) {
    gatherLevels(gathering, "resource-control", resourceControlPolicies, ofControlledResource(asked));
  }
}

function gatherLevels(
  gathering: Gathering,
  kind: Limit["kind"],
  levels: readonly OrganizationLevel[],
  speaks: Speaks<unknown>,
): void {
  for (const [index, level] of levels.entries()) gatherLimit(gathering, kind, level, speaks, index);
}

/** Limits on the path to the resource: the policy of a VPC endpoint, and S3 Block Public Access. */
function gatherWayLimits(gathering: Gathering, documents: Documents): void {
  const { asked } = gathering;
  const { endpoint, restrictPublicBuckets } = documents;
  if (endpoint !== undefined && asked.request.principal.kind !== "service") {
    gatherLimit(gathering, "endpoint", [endpoint], ofEndpoint(asked));
  }
  if (restrictPublicBuckets === true && keptOutOfPublicBucket(asked, documents)) {
    gathering.limits.push({ kind: "public-access-block", names: [] });
  }
}

/**
 * An account in an endpoint policy means its root user only. Source: VPC guide, "Control access to VPC endpoints using
 * endpoint policies", principals.
 */
function ofEndpoint(asked: PolicyQuestion): Speaks<unknown> {
  const speaks = ofResource({ ...asked, policy: "other" }, false);
  return (statement) => {
    const match = speaks(statement);
    const isRoot = asked.request.principal.kind === "root";
    return match === "account" && statement.effect === "Allow" && !isRoot ? undefined : match;
  };
}

/** RCPs apply to everyone. Source: Organizations user guide, "RCP syntax". */
function ofControlledResource({ request, context }: PolicyQuestion): Speaks<true> {
  return (statement) =>
    statement.principals?.everyone === true && statement.matchesResource(request.resource, context)
      ? true
      : undefined;
}

type GrantFindings = Readonly<Record<GrantMatch, readonly Decider[]>>;

function grantFindings({ grants }: Documents, asked: PolicyQuestion): GrantFindings {
  if (grants === undefined || asked.policy !== "key") return NO_GRANTS;
  const found: Record<GrantMatch, Decider[]> = { direct: [], account: [] };
  for (const grant of grants) {
    const match = matchGrant(grant, asked);
    if (match === undefined) continue;
    found[match].push({ document: `grants of ${asked.request.resource}`, statement: grant.grantId });
  }
  return found;
}
