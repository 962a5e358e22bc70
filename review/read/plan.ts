import { first, isBody, listOf, textOf, type Body, type StackFile, type StackFiles } from "./stack-file";

/** A plan as `terraform show -json` prints it. */
export interface PlanText {
  /** Stack that was planned; the same name for its base and its head. */
  readonly stack: string;
  readonly text: string;
}

/** Both sides of some plans: what is deployed now, and what would be after applying the plans. */
export interface PlanSides {
  readonly base: StackFiles;
  readonly head: StackFiles;
  /** Files that are not plans, one sentence each. */
  readonly problems: readonly { readonly path: string; readonly what: string }[];
}

type Side = "before" | "after";

/**
 * Reads plans. Sensitive values are neither read nor reported; values that are known only after apply stay references.
 * @param written the stacks of the plans: values that a plan does not know are read from them, so that stacks which
 * were never deployed can refer to each other's keys. @default - plans alone
 */
export function readPlans(plans: readonly PlanText[], written: StackFiles = {}): PlanSides {
  const read = plans.map(({ stack, text }) => ({ stack, plan: parsed(text) }));
  const known = read.flatMap(({ stack, plan }) => (plan === undefined ? [] : [{ stack, plan }]));
  return {
    base: sideOf(known, "before", {}),
    head: sideOf(known, "after", written),
    problems: read
      .filter(({ plan }) => plan === undefined)
      .map(({ stack }) => ({ path: stack, what: "it is not what `terraform show -json PLAN` prints" })),
  };
}

function parsed(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isBody(value) && Array.isArray(value["resource_changes"]) ? value : undefined;
  } catch {
    return undefined;
  }
}

function sideOf(
  plans: readonly { readonly stack: string; readonly plan: Body }[],
  side: Side,
  written: StackFiles,
): Record<string, StackFile> {
  const read = plans.map(({ stack, plan }) => {
    const configuration = first(plan["configuration"]) ?? {};
    const expressions = expressionsOf(configuration);
    const found = listOf(plan["resource_changes"])
      .filter(isBody)
      .filter(({ mode }) => mode === "managed")
      .flatMap((change) => resourceOf(change, side, expressions, written[stack]));
    return { stack, found, providers: providersOf(configuration), keys: keysOf(found) };
  });
  return Object.fromEntries(
    read.map(({ stack, found, providers, keys }) => {
      const theirs = read.filter((other) => other.stack !== stack).flatMap(referencesFromOutside);
      const replaced = [...theirs, ...keys.map(({ arn }) => arn), ...keys.map(({ id }) => id)];
      const resource: Record<string, Record<string, Body>> = {};
      for (const { type, id, body } of found) (resource[type] ??= {})[id] = withReferences(body, replaced);
      const output = Object.fromEntries(keys.map(({ output: name, arn: [, value] }) => [name, { value }]));
      const own = written[stack];
      const aws = [...providers, ...listOf(own?.provider?.["aws"])];
      const data = own?.data === undefined ? {} : { data: own.data };
      return [stack, { provider: { aws }, ...data, resource, output: { ...own?.output, ...output } }];
    }),
  );
}

interface PlannedResource {
  readonly type: string;
  readonly id: string;
  readonly body: Body;
}

function resourceOf(
  resource: Body,
  side: Side,
  expressions: ReadonlyMap<string, Body>,
  stack: StackFile | undefined,
): readonly PlannedResource[] {
  const change = first(resource["change"]);
  const values = first(change?.[side]);
  const unknown = side === "after" ? (first(change?.["after_unknown"]) ?? {}) : {};
  if (change === undefined || (values === undefined && Object.keys(unknown).length === 0)) return [];
  if (values === undefined && !listOf(change["actions"]).includes("create")) return [];
  const type = textOf(resource["type"]) ?? "";
  const address = textOf(resource["address"]) ?? "";
  const id = address.startsWith(`${type}.`) ? address.slice(type.length + 1) : address;
  const configured = expressions.get(address.replace(/\[[^\]]*\]/g, ""));
  const own = first(configured?.["expressions"]) ?? {};
  const written = stack?.resource?.[type]?.[id] ?? {};
  const provider = textOf(configured?.["provider_config_key"]);
  const body: Record<string, unknown> = {
    ...(provider === undefined ? {} : { provider: `aws.${provider}` }),
  };
  for (const [name, value] of Object.entries(values ?? {})) {
    if (value === null) continue;
    body[name] = isSensitive(change, side, name) ? sensitive(change, name, side) : literally(value);
  }
  for (const [name, mark] of Object.entries(unknown)) {
    if (!holdsTrue(mark)) continue;
    const isEmpty = EMPTY_UNLESS_WRITTEN.has(name) && own[name] === undefined;
    if (isEmpty && listOf(change["actions"]).includes("create")) continue;
    const reference = `\${${referenceOf(own[name]) ?? `apply.${address}.${name}`}}`;
    body[name] = isSensitive(change, side, name)
      ? sensitive(change, name, side)
      : withUnknown(body[name], mark, written[name], reference);
  }
  return [{ type, id, body }];
}

/** Attributes that a plan calls unknown, although nothing is created for them where the code does not set them. */
const EMPTY_UNLESS_WRITTEN = new Set(["inline_policy", "managed_policy_arns", "policy"]);

/** A value in which unknown parts are filled in from the code, or with a reference. @param mark `true` where nothing of it is known */
function withUnknown(value: unknown, mark: unknown, written: unknown, reference: string): unknown {
  if (mark === true) return written ?? reference;
  if (Array.isArray(mark)) {
    const [values, texts] = [listOf(value), listOf(written)];
    return mark.map((one, index) => withUnknown(values[index], one, texts[index], reference));
  }
  if (!isBody(mark)) return value;
  const [members, texts] = [isBody(value) ? value : {}, isBody(written) ? written : {}];
  const unknown = Object.entries(mark).filter(([, one]) => holdsTrue(one));
  return {
    ...members,
    ...Object.fromEntries(
      unknown.map(([name, one]) => [name, withUnknown(members[name], one, texts[name], reference)]),
    ),
  };
}

/** Escapes a value, which is not an expression: IAM's own variables look like references. */
function literally(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("${", () => "$${");
  if (Array.isArray(value)) return value.map(literally);
  return isBody(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, literally(member)]))
    : value;
}

/** The only reference in an expression; Terraform lists the attribute of a resource before the resource itself. */
function referenceOf(expression: unknown): string | undefined {
  const references = listOf(first(expression)?.["references"]).map(String);
  return /^[a-z0-9_]+\.[^.]+\.(arn|id|key_id|name|target_key_arn)$/.test(references[0] ?? "")
    ? references[0]
    : undefined;
}

function isSensitive(change: Body, side: Side, name: string): boolean {
  const mark = change[`${side}_sensitive`];
  return mark === true || (isBody(mark) && holdsTrue(mark[name]));
}

function holdsTrue(mark: unknown): boolean {
  if (Array.isArray(mark)) return mark.some(holdsTrue);
  return mark === true || (isBody(mark) && Object.values(mark).some(holdsTrue));
}

/** Stands for a sensitive value: whether it changes can be reported, but not the value. */
function sensitive(change: Body, name: string, side: Side): string {
  const [before, after] = [first(change["before"])?.[name], first(change["after"])?.[name]];
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  return `\${sensitive.${name}${isSame ? "" : `.${side}`}}`;
}

/** Resources of the configuration by address, modules included. */
function expressionsOf(configuration: Body): ReadonlyMap<string, Body> {
  const found = new Map<string, Body>();
  const read = (module: Body | undefined, prefix: string) => {
    for (const resource of listOf(module?.["resources"]).filter(isBody)) {
      found.set(`${prefix}${String(resource["address"])}`, resource);
    }
    for (const [name, call] of Object.entries(first(module?.["module_calls"]) ?? {})) {
      read(first(first(call)?.["module"]), `${prefix}module.${name}.`);
    }
  };
  read(first(configuration["root_module"]), "");
  return found;
}

function providersOf(configuration: Body): readonly Body[] {
  return Object.entries(first(configuration["provider_config"]) ?? {})
    .filter(([, provider]) => isBody(provider) && provider["name"] === "aws")
    .map(([alias, provider]) => {
      const expressions = first(first(provider)?.["expressions"]) ?? {};
      const role = first(expressions["assume_role"])?.["role_arn"];
      return {
        ...(alias === "aws" ? {} : { alias }),
        region: constantOf(expressions["region"]),
        allowed_account_ids: constantOf(expressions["allowed_account_ids"]),
        assume_role: { role_arn: constantOf(role) },
      };
    });
}

function constantOf(expression: unknown): unknown {
  return first(expression)?.["constant_value"];
}

const KEY = /^aws_kms_(?:|external_|replica_|replica_external_)key$/;

/** A deployed value as it is written, and the reference that it stands for. */
type Reference = readonly [real: string, reference: string];

interface PlannedKey {
  readonly output: string;
  readonly arn: Reference;
  readonly id: Reference;
}

/** Existing keys appear by ARN and id: both are turned back into references, so that both sides mean the same key. */
function keysOf(resources: readonly PlannedResource[]): readonly PlannedKey[] {
  return resources.flatMap(({ type, id, body }): PlannedKey[] => {
    const arn = textOf(body["arn"]);
    const keyId = textOf(body["key_id"]);
    if (!KEY.test(type) || arn?.startsWith("arn:") !== true || keyId === undefined) return [];
    return [
      {
        output: `${type}.${id}.arn`,
        arn: [arn, `\${${type}.${id}.arn}`],
        id: [keyId, `\${${type}.${id}.key_id}`],
      },
    ];
  });
}

/** Keys of one stack as another stack reads them: as if each were an output. */
function referencesFromOutside({
  stack,
  keys,
}: {
  readonly stack: string;
  readonly keys: readonly PlannedKey[];
}): readonly Reference[] {
  return keys.map(({ output, arn: [real] }) => [
    real,
    `\${data.terraform_remote_state.${stack}.outputs.${output}}`,
  ]);
}

function withReferences(body: Body, arns: readonly Reference[]): Body {
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") {
      return arns.reduce((text, [real, reference]) => text.replaceAll(real, reference), value);
    }
    if (Array.isArray(value)) return value.map(visit);
    return isBody(value)
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(member)]))
      : value;
  };
  return visit(body) as Body;
}
