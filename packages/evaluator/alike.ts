import { type Arn, byValue, derived, parseArn } from "@keyferry/common";
import { toQuestion } from "./asked";
import { compileDocument } from "./compile";
import type { CompiledStatement } from "./compiled-statement";
import type { Context } from "./context";
import { listsDecide, outlineOf, PRINCIPAL_KEYS, resourceLists } from "./outline";
import { matchPrincipal } from "./principal";
import type { AccessRequest, NamedDocument, RequestPrincipal } from "./types";

/**
 * What documents make of a request: of two requests for one action, with the same text here and the same values of the
 * condition keys that are read, one is decided as the other, whoever asks on what, by the same document or by another that
 * is alike. So a proof asks once for all of them.
 */
export interface Sight {
  readonly text: string;
  /** In lower case, sorted, with spaces between them; undefined when any may be read. */
  readonly keys: string | undefined;
}

/** How the policies of who asks see a request. */
export function resourceSeenBy(documents: readonly NamedDocument[], request: AccessRequest): Sight {
  const { each, outlines, keys } = viewsOfAll(documents);
  const arn = parseArn(request.resource);
  let text = `${outlines} ${besidesDocuments(request, arn)}`;
  for (const { resource, readsCaller } of each) {
    if (readsCaller) text += `, ${nameOf(request.principal)} on`;
    text += `, ${resource(request, arn)}`;
  }
  return { text, keys };
}

/** How a resource's policy sees a request. */
export function principalSeenBy(document: NamedDocument | undefined, request: AccessRequest): Sight {
  const { each, outlines, keys } = document === undefined ? NO_VIEWS : viewsOfAll(alone(document));
  const arn = parseArn(request.resource);
  let text = `${outlines} ${besidesDocuments(request, arn)}`;
  for (const { principal, resource } of each) text += `, ${principal(request)} on ${resource(request, arn)}`;
  return { text, keys };
}

/** What the rules of AWS itself make of who asks and the resource, besides the documents. */
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

/** What one document makes of who asks. */
type PrincipalView = (request: AccessRequest) => string;

/** What one document makes of the resource. */
type ResourceView = (request: AccessRequest, arn: Arn | undefined) => string;

interface Views {
  /** Equal for documents that decide alike what the views tell alike. */
  readonly outline: string;
  /** Condition keys that it reads, in lower case; undefined when it may read any. */
  readonly keys: readonly string[] | undefined;
  readonly resource: ResourceView;
  readonly principal: PrincipalView;
  /** Whether, as a policy of who asks, it reads who that is. */
  readonly readsCaller: boolean;
}

/** Condition keys that the evaluator reads by itself. */
const ALWAYS_READ = ["aws:sourcevpce", "aws:userid", "kms:resourcealiases"];

let outlinesKnown = 0;

/** Numbers outlines, which are long: equal ones alike. */
const numberOf = byValue<string, number>(() => (outlinesKnown += 1));

const viewsOfAll = derived((documents: readonly NamedDocument[]) => viewsTogether(documents.map(viewsOf)));

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

function viewsOf({ document }: NamedDocument): Views {
  return typeof document === "object" && document !== null
    ? viewsOfObject(document)
    : viewsOfObject({ document });
}

/** By the document's identity. */
const viewsOfObject = derived((document: object): Views => {
  const compiled = compileDocument(document);
  const { statements } = compiled;
  const hasVariables = statements.some((statement) => statement.hasVariables);
  return {
    outline: outlineOf(document, compiled),
    keys: hasVariables ? undefined : statements.flatMap(({ conditionKeys }) => conditionKeys),
    resource: listsDecide(statements) ? resourceView(statements) : nameOfResource,
    principal: principalView(statements),
    readsCaller: hasVariables || statements.some((statement) => statement.hasConditionOn(PRINCIPAL_KEYS)),
  };
});

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
    const question = toQuestion(request);
    let views = String(question.serviceLinked);
    for (const { principals, effect, tests } of naming) {
      const match = matchPrincipal(principals, effect, question, false);
      views += `,${match ?? ""}`;
      if (match === undefined) continue;
      for (const holds of tests) views += holds(question.context) ? "1" : "0";
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

/** Without variables a Resource needs nothing of the request's context. */
const NO_CONTEXT: Context = new Map();
