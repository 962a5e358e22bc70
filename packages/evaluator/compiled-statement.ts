import { anyArn, resourceArnTest } from "./arn-pattern";
import { conditionTest, type Condition, type ConditionTest } from "./conditions";
import type { Context } from "./context";
import type { Element, ReadStatement } from "./document";
import { OPERATORS } from "./operators";
import { anyPattern, wildcards } from "./pattern";
import { indexPrincipals, type PrincipalIndex } from "./principal";
import { expandResource, hasVariables, resourceStart } from "./variables";

/** A statement prepared for many evaluations. Each part is prepared when it is first needed: most parts never are. */
export class CompiledStatement {
  private action?: (action: string) => boolean;
  private index?: PrincipalIndex;
  private picks?: boolean;
  private varies?: boolean;
  private listed?: string;
  private resource?: ResourceTest;
  private conditions?: readonly ConditionTest[];

  constructor(private readonly statement: ReadStatement) {}

  get id(): string {
    return this.statement.id;
  }

  get effect(): "Allow" | "Deny" {
    return this.statement.effect;
  }

  get hasResource(): boolean {
    return this.statement.resources !== undefined;
  }

  /** A text that is equal for statements that list the same resources. */
  get resourcesText(): string {
    return (this.listed ??= JSON.stringify(this.statement.resources) ?? "");
  }

  /** Undefined when it has no principals. */
  get principals(): PrincipalIndex | undefined {
    const { principals } = this.statement;
    return principals === undefined ? undefined : (this.index ??= indexPrincipals(principals));
  }

  /** Whether it selects callers by ARN from everyone, as `Principal` would. */
  get picksByPrincipalArn(): boolean {
    return (this.picks ??= this.statement.conditions.some(picksByPrincipalArn));
  }

  /** @param action in lower case */
  speaksOf(action: string): boolean {
    this.action ??= actionTest(this.statement.actions);
    return this.action(action);
  }

  /** Whether it may apply to an action of a service. @param service in lower case */
  maySpeakOfActionsOf(service: string): boolean {
    const { actions } = this.statement;
    if (actions === undefined || actions.negated) return actions !== undefined;
    return actions.values.some((value) => {
      const named = SERVICE_IN_ACTION.exec(value)?.[1];
      return named === undefined || named.toLowerCase() === service;
    });
  }

  matchesResource(resource: string, context: Context): boolean {
    this.resource ??= resourceTest(this.statement);
    return this.resource(resource, context);
  }

  /** Its condition keys, in lower case. */
  get conditionKeys(): readonly string[] {
    return this.statement.conditions.map(({ key }) => key.toLowerCase());
  }

  /**
   * Everything in it that decides, except its principals, its resources, and the values of its conditions on some keys,
   * in lower case.
   */
  outline(besides: ReadonlySet<string>): unknown {
    const { effect, principals, actions, resources, conditions, variables } = this.statement;
    const asked = conditions.map((condition) =>
      besides.has(condition.key.toLowerCase()) ? { ...condition, values: [] } : condition,
    );
    return [effect, principals !== undefined, actions, resources !== undefined, asked, variables];
  }

  /** Whether a condition is on one of some keys, in lower case. */
  hasConditionOn(keys: ReadonlySet<string>): boolean {
    return this.statement.conditions.some(({ key }) => keys.has(key.toLowerCase()));
  }

  /** Whether a resource or a condition holds a policy variable. */
  get hasVariables(): boolean {
    return (this.varies ??= isVarying(this.statement));
  }

  /** Whether its resources may belong to a service; resources that are not ARNs belong to no service. */
  maySpeakOfService(service: string): boolean {
    const { resources } = this.statement;
    if (resources === undefined || resources.negated) return true;
    return resources.values.some((value) => {
      const named = SERVICE_IN_ARN.exec(value)?.[1];
      return named === undefined || named === service;
    });
  }

  /** The tests of its conditions on some keys, in lower case. */
  conditionsOn(keys: ReadonlySet<string>): readonly ConditionTest[] {
    const tests = this.conditionTests();
    return tests.filter((_, index) => keys.has(this.statement.conditions[index]?.key.toLowerCase() ?? ""));
  }

  conditionsHold(context: Context): boolean {
    for (const holds of this.conditionTests()) if (!holds(context)) return false;
    return true;
  }

  private conditionTests(): readonly ConditionTest[] {
    const { conditions, variables } = this.statement;
    return (this.conditions ??= conditions.map((condition) => conditionTest(condition, variables)));
  }
}

function isVarying({ conditions, resources, variables }: ReadStatement): boolean {
  if (!variables) return false;
  return (
    resources?.values.some(hasVariables) === true ||
    conditions.some(({ values }) => values.some(hasVariables))
  );
}

/** The service of an action where it is written without wildcards. */
const SERVICE_IN_ACTION = /^([^:*?]+):/;

/** The service of an ARN whose partition and service are written without wildcards. */
const SERVICE_IN_ARN = /^arn:[^:*?]*:([^:*?]+):/;

function picksByPrincipalArn({ key, operator }: Condition): boolean {
  return key.toLowerCase() === "aws:principalarn" && OPERATORS.get(operator)?.negated === false;
}

type ResourceTest = (resource: string, context: Context) => boolean;

/** Names of services and actions are case-insensitive. Source: IAM user guide, "IAM JSON policy elements: Action". */
function actionTest(actions: Element | undefined): (action: string) => boolean {
  if (actions === undefined) return () => false;
  const listed = anyPattern(actions.values.map((value) => wildcards(value.toLowerCase())));
  return (action) => listed(action) !== actions.negated;
}

/** Whether a Resource depends on the request: variables before the resource portion of an ARN are not read. */
function isVaryingResource(value: string): boolean {
  return hasVariables(value) && hasVariables(value.slice(resourceStart(value)));
}

function resourceTest({ resources, variables }: ReadStatement): ResourceTest {
  if (resources === undefined) return () => false;
  const { negated, values } = resources;
  const varying = variables ? values.filter(isVaryingResource) : [];
  const fixed = values.filter((value) => !varying.includes(value)).map(wildcards);
  const listed = anyArn(fixed, resourceArnTest);
  if (varying.length === 0) return (resource) => listed(resource) !== negated;
  const matches = (value: string, resource: string, context: Context) => {
    const pattern = expandResource(value, context);
    return pattern !== undefined && resourceArnTest(pattern)(resource);
  };
  return (resource, context) =>
    (listed(resource) || varying.some((value) => matches(value, resource, context))) !== negated;
}
