import { anyArn } from "./arn-pattern";
import { conditionTest } from "./conditions";
import type { Context } from "./context";
import { readDocument, type Element, type ReadStatement } from "./document";
import { lazy } from "./lazy";
import { anyPattern, wildcards } from "./pattern";
import { indexPrincipals, type PrincipalIndex } from "./principal";
import { expand, hasVariables } from "./variables";

/** A statement made ready to be asked often. */
export interface CompiledStatement {
  readonly id: string;
  readonly effect: "Allow" | "Deny";
  /** Undefined for a statement that names no principals. */
  readonly principals?: () => PrincipalIndex;
  readonly hasResource: boolean;
  readonly matchesResource: (resource: string, context: Context) => boolean;
  readonly conditionsHold: (context: Context) => boolean;
}

export interface CompiledDocument {
  /** With one of them, no statement counts. */
  readonly problems: readonly string[];
  /** The statements that speak of an action, which is given in lower case. */
  readonly statementsOn: (action: string) => readonly CompiledStatement[];
}

/** By identity: a document is read once however often it decides, and forgotten together with its owner. */
const COMPILED = new WeakMap<object, CompiledDocument>();

/** Makes a document ready; any JSON is accepted. A document must not be changed afterwards. */
export function compileDocument(document: unknown): CompiledDocument {
  if (typeof document !== "object" || document === null) return compile(document);
  const known = COMPILED.get(document);
  if (known !== undefined) return known;
  const compiled = compile(document);
  COMPILED.set(document, compiled);
  return compiled;
}

/** So many actions of one document are remembered: more than the proofs ask about, and no attack on the memory. */
const ACTIONS_REMEMBERED = 256;

function compile(document: unknown): CompiledDocument {
  const { statements, problems } = readDocument(document);
  if (problems.length > 0) return { problems, statementsOn: () => [] };
  const compiled = statements.map((statement) => ({
    speaksOf: lazy(() => actionTest(statement.actions)),
    statement: compileStatement(statement),
  }));
  const byAction = new Map<string, readonly CompiledStatement[]>();
  return {
    problems,
    statementsOn(action) {
      const known = byAction.get(action);
      if (known !== undefined) return known;
      const found = compiled.filter(({ speaksOf }) => speaksOf()(action)).map(({ statement }) => statement);
      if (byAction.size >= ACTIONS_REMEMBERED) byAction.clear();
      byAction.set(action, found);
      return found;
    },
  };
}

function compileStatement(statement: ReadStatement): CompiledStatement {
  const { id, effect, principals, resources, conditions, variables } = statement;
  const resource = lazy(() => resourceTest(resources, variables));
  const tests = lazy(() => conditions.map((condition) => conditionTest(condition, variables)));
  return {
    id,
    effect,
    principals: principals === undefined ? undefined : lazy(() => indexPrincipals(principals)),
    hasResource: resources !== undefined,
    matchesResource: (asked, context) => resource()(asked, context),
    conditionsHold: (context) => tests().every((holds) => holds(context)),
  };
}

/** Names of services and actions have no case. Source: IAM user guide, "IAM JSON policy elements: Action". */
function actionTest(actions: Element | undefined): (action: string) => boolean {
  if (actions === undefined) return () => false;
  const listed = anyPattern(actions.values.map((value) => wildcards(value.toLowerCase())));
  return (action) => listed(action) !== actions.negated;
}

function resourceTest(
  resources: Element | undefined,
  variables: boolean,
): (resource: string, context: Context) => boolean {
  if (resources === undefined) return () => false;
  const { negated, values } = resources;
  if (!variables || !values.some(hasVariables)) {
    const listed = anyArn(values.map(wildcards));
    return (resource) => listed(resource) !== negated;
  }
  return (resource, context) => {
    const listed = anyArn(values.flatMap((value) => expand(value, context) ?? []));
    return listed(resource) !== negated;
  };
}
