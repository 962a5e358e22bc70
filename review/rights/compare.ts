import { byValue, parseArn, partitionOf } from "@keyferry/common";
import {
  evaluate,
  GRANT_OPERATIONS,
  resourceArnTest,
  wildcards,
  type CanonicalStatement,
  type GrantDocument,
} from "@keyferry/evaluator";
import { UNKNOWN_ARN } from "../read/references";
import { decide, reasonOf, type Question, type Side } from "./ask";
import { contextsFor, type Witness } from "./contexts";
import { resourcesOfEstates, subjectsOf, type Sides } from "./gather";
import {
  actionsOn,
  assumedPolicy,
  kindOf,
  mayBeOnKind,
  type ResourceSide,
  type RightResource,
} from "./resource";
import { changedStatements, conditionsOf, principalsOf, speaksOf, statementsOf } from "./statements";
import type { Subject, SubjectPolicies } from "./subject";
import { concrete } from "./values";

export type Direction = "gained" | "lost";

/** Actions that only one side allows, and the smallest request that shows it. */
export interface Difference {
  readonly actions: readonly string[];
  /** Condition values of the request; nothing else is needed. */
  readonly witness: Witness;
  readonly before: string;
  readonly after: string;
  /** Whether the decision of one side depends on something unknown. */
  readonly uncertain: boolean;
}

/** What a principal gains or loses on one resource. */
export interface RightChange {
  readonly direction: Direction;
  readonly subject: Subject;
  readonly resource: RightResource;
  readonly differences: readonly Difference[];
}

export interface ComparedRights {
  readonly changes: readonly RightChange[];
  /** Pairs with too many combinations of condition values to test each. */
  readonly sampled: readonly string[];
}

/** Compares what each principal may do with each resource, by asking the evaluator about both sides. */
export function compareRights(sides: Sides): ComparedRights {
  const subjects = subjectsOf(sides);
  const resources = resourcesOfEstates(sides);
  const changedOf = byValue((subject: Subject) => identityChanges(subject));
  const sampled = new Set<string>();
  const changes: RightChange[] = [];
  const compare = (
    subject: Subject,
    resource: RightResource,
    ofResource: ResourceChanges,
    ofSubject: readonly CanonicalStatement[],
  ) => {
    const comparison = new PairComparison(subject, resource, ofResource, ofSubject);
    changes.push(...comparison.changes());
    if (comparison.sampled) sampled.add(`${subject.label} on ${resource.label}`);
  };
  for (const resource of resources) {
    const ofResource = resourceChanges(resource);
    for (const subject of subjects) compare(subject, resource, ofResource, changedOf(subject));
  }
  const known = resources.map(({ arn }) => arn);
  const lookedUp = new Map([...sides.base.lookedUp, ...sides.head.lookedUp]);
  for (const subject of subjects) {
    for (const { resource, statements } of elsewhere(subject, changedOf(subject), known, lookedUp)) {
      compare(subject, resource, NOTHING_CHANGED, statements);
    }
  }
  return { changes, sampled: [...sampled] };
}

const NOTHING_CHANGED: ResourceChanges = { statements: [], grants: [] };

interface ResourceChanges {
  readonly statements: readonly CanonicalStatement[];
  readonly grants: readonly GrantDocument[];
}

function resourceChanges({ base, head }: RightResource): ResourceChanges {
  const textOf = (grant: GrantDocument) => JSON.stringify(grant);
  const one = base?.grants ?? [];
  const other = head?.grants ?? [];
  const texts = [new Set(one.map(textOf)), new Set(other.map(textOf))] as const;
  const changed = changedStatements(documentsIn(base), documentsIn(head));
  // Under RestrictPublicBuckets, adding or removing one public statement changes the effect of all the others.
  const mayBeOtherwiseOpen =
    base?.restrictPublicBuckets !== head?.restrictPublicBuckets ||
    (base?.restrictPublicBuckets === true && changed.length > 0);
  return {
    statements: mayBeOtherwiseOpen ? [base, head].flatMap(documentsIn).flatMap(statementsOf) : changed,
    grants: [
      ...one.filter((grant) => !texts[1].has(textOf(grant))),
      ...other.filter((grant) => !texts[0].has(textOf(grant))),
    ],
  };
}

function documentsIn(side: ResourceSide | undefined): readonly object[] {
  return side?.policy === undefined ? [] : [side.policy.document as object];
}

function identityChanges({ base, head }: Subject): readonly CanonicalStatement[] {
  if (base === head) return [];
  return [
    ...changedStatements(identityOf(base), identityOf(head)),
    ...changedStatements(boundaryOf(base), boundaryOf(head)),
  ];
}

function identityOf(policies: SubjectPolicies | undefined): readonly object[] {
  return policies?.identity.map(({ document }) => document as object) ?? [];
}

function boundaryOf(policies: SubjectPolicies | undefined): readonly object[] {
  return policies?.boundary === undefined ? [] : [policies.boundary.document as object];
}

/** Resources that a changed policy names and no stack creates, with the changed statements that name them. */
function elsewhere(
  subject: Subject,
  changed: readonly CanonicalStatement[],
  known: readonly string[],
  lookedUp: ReadonlyMap<string, string>,
): readonly { readonly resource: RightResource; readonly statements: readonly CanonicalStatement[] }[] {
  const patterns = new Map<string, CanonicalStatement[]>();
  for (const statement of changed) {
    for (const pattern of statement.Resource ?? []) {
      patterns.set(pattern, [...(patterns.get(pattern) ?? []), statement]);
    }
  }
  return [...patterns].flatMap(([pattern, statements]) => {
    const isKnown = known.some((arn) => matches(pattern, arn) || matches(pattern, `${arn}/any`));
    if (pattern !== "*" && isKnown) return [];
    const arn = pattern === "*" ? "*" : concrete(pattern);
    const kind = kindOf(arn);
    const { account = "", region = "" } = parseArn(arn) ?? {};
    const owner = /^\d{12}$/.test(account) ? account : (subject.account ?? "");
    const policy = assumedPolicy(partitionOf(region), subject.account ?? "", kind);
    const side: ResourceSide = { policy, grants: [] };
    const label =
      pattern === "*" ? "every resource (*)" : (lookedUp.get(pattern) ?? pattern.replace(UNKNOWN_ARN, ""));
    const resource = {
      kind,
      arn,
      label,
      account: owner,
      source: label,
      assumed: true,
      base: side,
      head: side,
    };
    return [{ resource, statements }];
  });
}

const test = byValue((pattern: string) => resourceArnTest(wildcards(pattern)));

function matches(pattern: string, arn: string): boolean {
  return test(pattern)(arn);
}

/** Actions of callers that were only authenticated by an identity provider; no other caller uses them. */
const BY_PROVIDERS = /^sts:AssumeRoleWith/i;

/** Whether AWS could ever allow an action to a principal of the same account, or of another. */
const isPossible = byValue(
  ([subject, resource, action]: readonly [Subject, RightResource, string]) => {
    const { principal } = subject;
    if ((subject.kind === "provider") !== BY_PROVIDERS.test(action)) return false;
    const allowing = (element: object) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, ...element }],
    });
    const identity = [{ name: "", document: allowing({ Resource: "*" }) }];
    const document = allowing({ Principal: "*", ...(resource.kind === "role" ? {} : { Resource: "*" }) });
    const request = {
      action,
      resource: resource.arn,
      resourceAccount: resource.account,
      principal,
      context: {},
    };
    const restrictPublicBuckets = false;
    return evaluate(request, { identity, resource: { name: "", document }, restrictPublicBuckets }).allowed;
  },
  ([subject, resource, action]) =>
    `${action} ${resource.kind} ${subject.principal.kind} ${subject.account === resource.account}`,
);

/** One subject on one resource. */
class PairComparison {
  sampled = false;
  private readonly ofResource: readonly CanonicalStatement[];
  private readonly ofSubject: readonly CanonicalStatement[];
  private readonly grants: readonly GrantDocument[];

  constructor(
    private readonly subject: Subject,
    private readonly resource: RightResource,
    changes: ResourceChanges,
    ofSubject: readonly CanonicalStatement[],
  ) {
    // A removed resource has its own finding, and a new one can only give rights.
    const isNew = resource.base === undefined;
    const counts = ({ Effect }: CanonicalStatement) => !isNew || Effect === "Allow";
    const gone = resource.head === undefined || subject.head === undefined;
    this.ofResource = gone
      ? []
      : changes.statements.filter((statement) => counts(statement) && mayMean(statement, subject));
    this.ofSubject = gone ? [] : ofSubject.filter((statement) => mayBeOn(statement, resource.arn));
    this.grants = gone ? [] : changes.grants.filter((grant) => isGrantee(grant, subject));
  }

  changes(): readonly RightChange[] {
    const actions = this.actions();
    if (actions.length === 0) return [];
    const found: Record<Direction, Difference[]> = { gained: [], lost: [] };
    for (const group of this.alike(actions)) {
      for (const { direction, ...difference } of this.differences(group)) {
        merge(found[direction], difference);
      }
    }
    return (["gained", "lost"] as const).flatMap((direction) => {
      const { subject, resource } = this;
      return found[direction].length === 0
        ? []
        : [{ direction, subject, resource, differences: found[direction] }];
    });
  }

  /** The actions for which something has changed. */
  private actions(): readonly string[] {
    const changed = [...this.ofResource, ...this.ofSubject];
    const operations = this.grants.flatMap((grant) => grant.operations.map((name) => `kms:${name}`));
    if (changed.length === 0 && operations.length === 0) return [];
    const table = actionsOn(this.resource.kind);
    const known = new Set(table.map((action) => action.toLowerCase()));
    const literal = changed
      .flatMap(({ Action }) => Action ?? [])
      .filter((action) => !/[*?]/.test(action) && !known.has(action.toLowerCase()))
      .filter((action) => this.resource.assumed || mayBeOnKind(action, this.resource.kind));
    const spoken = table.filter((action) => changed.some((statement) => speaksOf(statement, action)));
    return [...new Set([...spoken, ...literal, ...operations])].filter((action) =>
      isPossible([this.subject, this.resource, action]),
    );
  }

  /** Actions that are named by the same statements are decided alike, so only one of them is tested. */
  private alike(actions: readonly string[]): readonly (readonly string[])[] {
    const statements = this.statements();
    const hasGrants = [this.resource.base, this.resource.head].some((side) => (side?.grants.length ?? 0) > 0);
    const groups = new Map<string, string[]>();
    for (const action of actions) {
      const byGrant = hasGrants && GRANT_OPERATIONS.includes(action.slice(action.indexOf(":") + 1));
      const speaking = statements.map((statement) => (speaksOf(statement, action) ? "1" : "0")).join("");
      const text = `${speaking} ${byGrant ? action : ""}`;
      groups.set(text, [...(groups.get(text) ?? []), action]);
    }
    return [...groups.values()];
  }

  /** All statements of both sides that may apply to this pair. */
  private statements(): readonly CanonicalStatement[] {
    const { base, head } = this.resource;
    const ofResource = [base, head]
      .flatMap(documentsIn)
      .flatMap((document) => statementsOf(document).filter((statement) => mayMean(statement, this.subject)));
    const own = [this.subject.base, this.subject.head].flatMap((policies) => [
      ...identityOf(policies),
      ...boundaryOf(policies),
    ]);
    const ofSubject = own.flatMap((document) =>
      statementsOf(document).filter((statement) => mayBeOn(statement, this.resource.arn)),
    );
    return [...ofResource, ...ofSubject];
  }

  private differences(group: readonly string[]): readonly (Difference & { readonly direction: Direction })[] {
    const [action = ""] = group;
    const { subject, resource } = this;
    const speaking = this.statements().filter((statement) => speaksOf(statement, action));
    const conditions = new Map(conditionsOf(speaking));
    // A member of an organization is not an arbitrary account.
    if (subject.kind === "everybody")
      ["aws:principalorgid", "aws:principalorgpaths"].forEach((key) => conditions.delete(key));
    for (const [key, values] of constraintsOf([resource.base, resource.head])) {
      conditions.set(key.toLowerCase(), { key, operators: new Set(["StringEquals"]), values });
    }
    const { contexts, complete } = contextsFor(conditions, subject.context);
    this.sampled ||= !complete;
    const found = new Map<Direction, Difference & { readonly direction: Direction }>();
    for (const context of contexts) {
      const question: Question = { subject, resource, action, context };
      const before = decide(question, "base");
      const after = decide(question, "head");
      if (before === after) continue;
      const direction = after === "allowed" || before === "refused" ? "gained" : "lost";
      const uncertain = before === "unknown" || after === "unknown";
      const known = found.get(direction);
      if (known !== undefined && (uncertain || !known.uncertain)) continue;
      const reason = (side: Side) => reasonOf(question, side);
      const witness = { actions: group, witness: context, uncertain };
      found.set(direction, { direction, ...witness, before: reason("base"), after: reason("head") });
      if (found.size === 2 && [...found.values()].every((one) => !one.uncertain)) break;
    }
    return [...found.values()];
  }
}

/** Whether a statement of a resource's policy may apply to a principal. */
function mayMean(statement: CanonicalStatement, { kind, account, principal }: Subject): boolean {
  if (statement.NotPrincipal !== undefined) return true;
  return principalsOf(statement).some(([type, name]) => {
    if (name === "*") return true;
    if (type === "Service" || type === "Federated")
      return (kind === "service" || kind === "provider") && principal.arn === name;
    if (account === undefined) return false;
    if (/^\d{12}$/.test(name)) return name === account;
    return parseArn(name)?.account === account || parseArn(name) === undefined;
  });
}

/** Whether a statement of an identity policy may apply to a resource. */
function mayBeOn({ Resource }: CanonicalStatement, arn: string): boolean {
  if (Resource === undefined) return true;
  return Resource.some((pattern) => pattern.includes("${") || matches(pattern, arn));
}

function isGrantee({ granteePrincipal }: GrantDocument, { principal, account }: Subject): boolean {
  return granteePrincipal === principal.arn || parseArn(granteePrincipal)?.account === account;
}

/** The encryption contexts that grants require. */
function constraintsOf(sides: readonly (ResourceSide | undefined)[]): ReadonlyMap<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const side of sides) {
    for (const { encryptionContextEquals, encryptionContextSubset } of side?.grants ?? []) {
      for (const [key, value] of Object.entries({ ...encryptionContextEquals, ...encryptionContextSubset })) {
        const name = `kms:EncryptionContext:${key}`;
        found.set(name, (found.get(name) ?? new Set()).add(value));
      }
    }
  }
  return found;
}

/** Merges differences that the same request shows. */
function merge(list: Difference[], difference: Difference): void {
  const text = JSON.stringify(difference.witness);
  const index = list.findIndex(
    (one) => JSON.stringify(one.witness) === text && one.uncertain === difference.uncertain,
  );
  const found = list[index];
  if (found === undefined) list.push(difference);
  else list[index] = { ...found, actions: [...found.actions, ...difference.actions].sort() };
}
