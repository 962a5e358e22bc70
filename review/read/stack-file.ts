import { derived } from "@keyferry/common";

/** A stack as Terraform reads it: `cdk.tf.json`, or the output of `terraform show -json` for a plan, converted to the same form. */

export type Body = Readonly<Record<string, unknown>>;
export type Resources = Readonly<Record<string, Readonly<Record<string, Body>>>>;

export interface StackFile {
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly data?: Resources;
  readonly resource?: Resources;
  readonly output?: Readonly<Record<string, Body>>;
  /** Resources that leave Terraform without being destroyed. */
  readonly removed?: unknown;
  /** Resources whose address changed. */
  readonly moved?: unknown;
}

/** All stacks of one synthesis, by name. */
export type StackFiles = Readonly<Record<string, StackFile>>;

export interface Place {
  /** 12-digit id. */
  readonly account: string;
  readonly region: string;
}

/** A resource of a stack, with the account and Region of its provider where that specifies them. */
export interface StackResource {
  readonly stack: string;
  readonly type: string;
  readonly id: string;
  readonly body: Body;
  readonly place: Place | undefined;
}

/** Display name: `foundation-keys-prod: aws_kms_key.home`. */
export function sourceOf({ stack, type, id }: Pick<StackResource, "stack" | "type" | "id">): string {
  return `${stack}: ${type}.${id}`;
}

/** All managed resources of some types, in all stacks. */
export function resourcesOf(stacks: StackFiles, ...types: readonly string[]): readonly StackResource[] {
  const all = byType(stacks);
  return types.flatMap((type) => all.get(type) ?? []);
}

const byType = derived((stacks: StackFiles): ReadonlyMap<string, readonly StackResource[]> => {
  const found = new Map<string, StackResource[]>();
  for (const [stack, file] of Object.entries(stacks)) {
    for (const [type, bodies] of Object.entries(file.resource ?? {})) {
      const list = found.get(type) ?? [];
      for (const [id, body] of Object.entries(bodies)) {
        list.push({ stack, type, id, body, place: placeOf(file, body) });
      }
      found.set(type, list);
    }
  }
  return found;
});

/** Account and Region of the provider that a resource names; the resource's own Region takes precedence. */
export function placeOf(file: StackFile, body: Body): Place | undefined {
  const alias = textOf(body["provider"])?.replace(/^aws\./, "");
  const provider = providersOf(file).get(alias === "aws" ? undefined : alias);
  const account = provider === undefined ? undefined : accountOf(provider);
  const region = textOf(body["region"]) ?? textOf(provider?.["region"]);
  return account === undefined || region === undefined ? undefined : { account, region };
}

/** By alias. */
const providersOf = derived(
  (file: StackFile): ReadonlyMap<unknown, Body> =>
    new Map(
      listOf(file.provider?.["aws"])
        .filter(isBody)
        .map((provider) => [provider["alias"], provider]),
    ),
);

function accountOf(provider: Body): string | undefined {
  const [allowed] = listOf(provider["allowed_account_ids"]);
  if (typeof allowed === "string") return allowed;
  const role = textOf(first(provider["assume_role"])?.["role_arn"]);
  return /^arn:[^:]*:iam::(\d{12}):/.exec(role ?? "")?.[1];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Terraform accepts a single block or a list of blocks. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** The only block of its name. */
export function first(value: unknown): Body | undefined {
  const [block] = listOf(value);
  return isBody(block) ? block : undefined;
}

export function isBody(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Terraform treats `true` and `"true"` alike. @param otherwise value where the argument is not set */
export function flag(value: unknown, otherwise: boolean): boolean {
  if (value === undefined || value === null) return otherwise;
  return value === true || value === "true";
}
