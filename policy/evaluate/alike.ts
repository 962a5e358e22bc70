import { parseArn } from "../../core/arn";
import { byValue } from "../../core/derived";
import { toQuestion } from "./asked";
import { compileDocument } from "./compile";
import type { CompiledStatement } from "./compiled-statement";
import type { Context } from "./context";
import { matchPrincipal } from "./principal";
import type { AccessRequest, NamedDocument, RequestPrincipal } from "./types";

/**
 * Which requests documents cannot tell apart. Where two requests differ in their resource alone, or in who asks alone,
 * and have the same text here, one document decides both alike; so a proof asks once for all of them.
 */

/** How the policies of who asks see the resource of a request. Everything else of the requests must be equal. */
export function resourceSeenBy(documents: readonly NamedDocument[], request: AccessRequest): string {
  const { resource, resourceAccount, principal } = request;
  const [kind] = (parseArn(resource)?.resource ?? resource).split("/");
  const owner = resourceAccount === principal.account ? "own" : "foreign";
  return [kind, owner, ...documents.map((named) => viewsOf(named).resource(request))].join();
}

/** How a resource's policy sees who asks. Everything else of the requests must be equal. */
export function principalSeenBy(document: NamedDocument | undefined, request: AccessRequest): string {
  const { principal, resourceAccount } = request;
  const owner = resourceAccount === principal.account ? "own" : "foreign";
  const seen = document === undefined ? "" : viewsOf(document).principal(request);
  return [principal.kind, owner, seen].join();
}

/** What one document makes of one side of a request. */
type View = (request: AccessRequest) => string;

interface Views {
  readonly resource: View;
  readonly principal: View;
}

/** By the document's identity. */
const KNOWN = new WeakMap<object, Views>();

function viewsOf({ document }: NamedDocument): Views {
  const key = typeof document === "object" && document !== null ? document : {};
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const { statements } = compileDocument(document);
  const views = { resource: resourceView(statements), principal: principalView(statements) };
  KNOWN.set(key, views);
  return views;
}

function resourceView(statements: readonly CompiledStatement[]): View {
  const variable = statements.some((statement) => statement.hasVariables);
  if (variable || statements.some((statement) => statement.hasConditionOn(RESOURCE_KEYS))) {
    return ({ resource, resourceAccount }) => `${resource} of ${resourceAccount}`;
  }
  const lists = [...new Map(statements.map((statement) => [statement.resourcesText, statement])).values()];
  const listsOf = byValue((service: string) =>
    [...lists.entries()].filter(([, list]) => list.maySpeakOfService(service)),
  );
  return ({ resource }) => {
    let matching = "";
    for (const [index, list] of listsOf(serviceIn(resource))) {
      if (list.matchesResource(resource, NO_CONTEXT)) matching += `${index} `;
    }
    return matching;
  };
}

function principalView(statements: readonly CompiledStatement[]): View {
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

/** The service that an ARN names; nothing for any other text. */
function serviceIn(resource: string): string {
  return parseArn(resource)?.service ?? "";
}

function nameOf({ roleArn = "", arn }: RequestPrincipal): string {
  return `${roleArn} ${arn}`;
}

/** Without variables a Resource needs nothing of the request's context. */
const NO_CONTEXT: Context = new Map();

/** Condition keys that follow from the resource, in lower case. */
const RESOURCE_KEYS: ReadonlySet<string> = new Set(["aws:resourceaccount"]);

/** Condition keys that follow from who asks, in lower case. Source: IAM user guide, "AWS global condition context keys". */
const PRINCIPAL_KEYS: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalisawsservice",
  "aws:principalservicename",
  "aws:username",
  "kms:calleraccount",
]);
