import { type Arn, byValue, derived, lazily, parseArn } from "@keyferry/common";
import { toAsker } from "./asked";
import { compileDocument } from "./compile";
import type { CompiledStatement } from "./compiled-statement";
import type { Context } from "./context";
import { isPublic } from "./public-policy";
import { listsDecide, outlineOf, PRINCIPAL_KEYS, resourceLists } from "./outline";
import { matchPrincipal } from "./principal";
import type { AccessRequest, NamedDocument, RequestPrincipal } from "./types";

/**
 * Which requests documents cannot distinguish. Two requests for one action that have the same text here, and the same
 * values of the condition keys that are read, get the same decision, regardless of the caller and the resource, from
 * the same document or from another one that says the same about the actions. A proof therefore evaluates only one of
 * them.
 */
export interface Sight {
  readonly text: string;
  /** In lower case, sorted, separated by spaces; undefined when any key may be read. */
  readonly keys: string | undefined;
}

/** Every action of a service, in lower case, or some actions; results are cached by the identity of the object. */
export type SomeActions = { readonly service: string } | { readonly names: readonly string[] };

/**
 * How the caller's policies see a request.
 * @param actions the actions that are evaluated, including the request's action
 */
export function resourceSeenBy(
  documents: readonly NamedDocument[],
  request: AccessRequest,
  actions: SomeActions,
): Sight {
  const { each, outlines, keys } = viewsOfAll(documents)(actions);
  const arn = parseArn(request.resource);
  let text = `${outlines} ${besidesDocuments(request, arn)}`;
  for (const { resource, readsCaller } of each) {
    if (readsCaller) text += `, ${nameOf(request.principal)} on`;
    text += `, ${resource(request, arn)}`;
  }
  return { text, keys };
}

/** How a resource's policy sees a request, for any action. */
export function principalSeenBy(document: NamedDocument | undefined, request: AccessRequest): Sight {
  const { each, outlines, keys } = document === undefined ? NO_VIEWS : viewsOfAll(alone(document))(ANY);
  const arn = parseArn(request.resource);
  let text = `${outlines} ${besidesDocuments(request, arn)}`;
  for (const { principal, resource } of each) text += `, ${principal(request)} on ${resource(request, arn)}`;
  return { text, keys };
}

/** What AWS's own rules read of the caller and the resource, in addition to the documents. */
function besidesDocuments(
  { resource, resourceAccount, principal }: AccessRequest,
  arn: Arn | undefined,
): string {
  const name = arn?.resource ?? resource;
  const slash = name.indexOf("/");
  const kind = slash < 0 ? name : name.slice(0, slash);
  const ofAws = resource.includes(":alias/aws/") ? " of AWS" : "";
  const owner = resourceAccount === principal.account ? "own" : "foreign";
  return `${principal.kind} ${owner} ${kind}${ofAws}`;
}

/** What one document reads of the caller. */
type PrincipalView = (request: AccessRequest) => string;

/** What one document reads of the resource. */
type ResourceView = (request: AccessRequest, arn: Arn | undefined) => string;

interface Views {
  /** Equal for documents that decide alike about requests with equal views. */
  readonly outline: string;
  /** Condition keys that it reads, in lower case; undefined when it may read any. */
  readonly keys: readonly string[] | undefined;
  readonly resource: ResourceView;
  readonly principal: PrincipalView;
  /** Whether it reads, as a policy of the caller, who the caller is. */
  readonly readsCaller: boolean;
}

/** Condition keys that the evaluator itself reads. */
const ALWAYS_READ = ["aws:sourcevpce", "aws:userid", "kms:resourcealiases"];

let outlinesKnown = 0;

/** Replaces outlines, which are long, by numbers; equal outlines get the same number. */
const numberOf = byValue<string, number>(() => (outlinesKnown += 1));

const viewsOfAll = derived((documents: readonly NamedDocument[]) =>
  derived((actions: SomeActions | typeof ANY) =>
    viewsTogether(documents.map((document) => viewsOf(document)(actions))),
  ),
);

const alone = derived((document: NamedDocument): readonly NamedDocument[] => [document]);

const NO_VIEWS = viewsTogether([]);

function viewsTogether(each: readonly Views[]) {
  const read = each.map(({ keys }) => keys);
  const all = new Set([...ALWAYS_READ, ...read.flatMap((keys) => keys ?? [])]);
  return {
    each,
    outlines: numberOf(each.map(({ outline }) => outline).join(" ")),
    keys: read.includes(undefined) ? undefined : [...all].sort().join(" "),
  };
}

function viewsOf({ document }: NamedDocument): (actions: SomeActions | typeof ANY) => Views {
  return typeof document === "object" && document !== null
    ? viewsOfObject(document)
    : viewsOfObject({ document });
}

/** By the identity of the document and of the actions. */
const viewsOfObject = derived((document: object) => {
  const { statements: all, problems } = compileDocument(document);
  const whole = problems.length > 0 ? unlikeAnyOther() : String(isPublic(document));
  return derived((actions: SomeActions | typeof ANY): Views => {
    const statements = all.filter(speaksOf(actions));
    const hasVariables = statements.some((statement) => statement.hasVariables);
    const isByLists = listsDecide(statements);
    const principal = lazily(() => principalView(statements));
    return {
      outline: isByLists ? `${whole} ${outlineOf(statements)}` : unlikeAnyOther(),
      keys: hasVariables ? undefined : statements.flatMap(({ conditionKeys }) => conditionKeys),
      resource: isByLists ? resourceView(statements) : nameOfResource,
      principal: (request) => principal()(request),
      readsCaller: hasVariables || statements.some((statement) => statement.hasConditionOn(PRINCIPAL_KEYS)),
    };
  });
});

/** Every existing action. */
const ANY = { every: true } as const;

function speaksOf(actions: SomeActions | typeof ANY): (statement: CompiledStatement) => boolean {
  if ("every" in actions) return () => true;
  if ("service" in actions) return (statement) => statement.maySpeakOfActionsOf(actions.service);
  const names = actions.names.map((name) => name.toLowerCase());
  return (statement) => names.some((name) => statement.speaksOf(name));
}

let unlikeOthers = 0;

/** For a document that cannot be summarised so that it could be compared with another one. */
function unlikeAnyOther(): string {
  return `only number ${(unlikeOthers += 1)}`;
}

function resourceView(statements: readonly CompiledStatement[]): ResourceView {
  const lists = [...resourceLists(statements).entries()];
  const listsOnService = byValue((service: string) =>
    lists.filter(([, list]) => list.maySpeakOfService(service)),
  );
  return ({ resource }, arn) => {
    let matching = "";
    for (const [index, list] of listsOnService(arn?.service ?? "")) {
      if (list.matchesResource(resource, NO_CONTEXT)) matching += `${index} `;
    }
    return matching;
  };
}

function principalView(statements: readonly CompiledStatement[]): PrincipalView {
  if (statements.some((statement) => statement.hasVariables)) return ({ principal }) => nameOf(principal);
  const naming = statements.flatMap((statement) => {
    const { principals, effect } = statement;
    return principals === undefined
      ? []
      : [{ principals, effect, tests: statement.conditionsOn(PRINCIPAL_KEYS) }];
  });
  return (request) => {
    const asker = toAsker(request);
    let views = String(asker.serviceLinked);
    for (const { principals, effect, tests } of naming) {
      const match = matchPrincipal(principals, effect, asker, false);
      views += `,${match ?? ""}`;
      if (match === undefined) continue;
      for (const holds of tests) views += holds(asker.context) ? "1" : "0";
    }
    return views;
  };
}

function nameOfResource({ resource, resourceAccount }: AccessRequest): string {
  return `${resource} of ${resourceAccount}`;
}

function nameOf({ roleArn = "", arn }: RequestPrincipal): string {
  return `${roleArn} ${arn}`;
}

/** Without variables, Resource depends on nothing in the request's context. */
const NO_CONTEXT: Context = new Map();
