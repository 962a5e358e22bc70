import { parseArn } from "@keyferry/common";
import type { Asker } from "./asked";
import type { Principals } from "./document";

/**
 * How a resource policy's statement names the caller. `exact`: the user or the session itself; `named`: its role, an
 * AWS service, an identity provider, or everyone; `account`: its account, which leaves the decision to that account's
 * IAM. Source: IAM user guide, "AWS JSON policy elements: Principal"; KMS developer guide, "Default key policy".
 */
export type PrincipalMatch = "exact" | "named" | "account";

/** The statement names unique ids, and the caller's id is not known. */
export const DOUBTFUL = "doubtful";

/**
 * Users and roles, and a role's session. AWS shows the unique id in a policy when the principal was deleted; a new
 * principal with the same name has another id. Source: IAM user guide, "IAM identifiers: Unique identifiers".
 */
const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]+(?::.+)?$/;

/** The principals of a statement, for lookup. */
export interface PrincipalIndex {
  readonly negated: boolean;
  readonly everyone: boolean;
  /** Users, roles and sessions. */
  readonly names: ReadonlySet<string>;
  /** Accounts that mean all of their principals. */
  readonly accounts: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly providers: ReadonlySet<string>;
  readonly canonicalUsers: ReadonlySet<string>;
  /** Unique ids of users and roles; no ARN says which principal they belong to. */
  readonly uniqueIds: ReadonlySet<string>;
  /** The accounts whose principals it can name; undefined when it can name others, too. */
  readonly only?: ReadonlySet<string>;
}

export function indexPrincipals({ negated, byType }: Principals): PrincipalIndex {
  const { AWS: names = [], ...others } = byType;
  const everyone = names.includes("*");
  const uniqueIds = names.filter((name) => UNIQUE_ID.test(name));
  const open = negated || everyone || uniqueIds.length > 0 || Object.keys(others).length > 0;
  return {
    negated,
    everyone,
    only: open ? undefined : new Set(names.flatMap((name) => accountIn(name) ?? [])),
    names: new Set(names),
    accounts: new Set(names.flatMap((name) => accountOf(name) ?? [])),
    services: setOf(byType.Service),
    providers: setOf(byType.Federated),
    canonicalUsers: setOf(byType.CanonicalUser),
    uniqueIds: uniqueIds.length === 0 ? NO_NAMES : new Set(uniqueIds),
  };
}

const NO_NAMES: ReadonlySet<string> = new Set();

function setOf(names: readonly string[] | undefined): ReadonlySet<string> {
  return names === undefined ? NO_NAMES : new Set(names);
}

/** The closest match of a statement's principals; undefined when it does not name the caller. */
export function matchPrincipal(
  index: PrincipalIndex,
  effect: "Allow" | "Deny",
  asked: Asker,
  hasBoundary: boolean,
): PrincipalMatch | typeof DOUBTFUL | undefined {
  if (!index.negated) return closest(index, asked) ?? doubtful(index, asked);
  if (effect !== "Deny" || isExempt(index, asked, hasBoundary)) return undefined;
  return doubtful(index, asked) ?? "named";
}

/** Whether only the caller's unique id could decide; without a known id, no id in the policy matches the caller. */
function doubtful({ uniqueIds }: PrincipalIndex, { request, context }: Asker): typeof DOUBTFUL | undefined {
  const { kind } = request.principal;
  if (uniqueIds.size === 0 || kind === "service" || kind === "federated" || kind === "root") return undefined;
  return context.has("aws:userid") ? undefined : DOUBTFUL;
}

/** Whether the caller is named by unique id: that of a user, of a role, or of a role with the session's name. */
function isNamedById({ uniqueIds }: PrincipalIndex, { context }: Asker): boolean {
  if (uniqueIds.size === 0) return false;
  const id = context.get("aws:userid")?.[0] ?? "";
  return uniqueIds.has(id) || uniqueIds.has(id.replace(/:.*$/, ""));
}

function closest(index: PrincipalIndex, asked: Asker): PrincipalMatch | undefined {
  const { kind, arn } = asked.request.principal;
  if (kind === "service") return index.everyone || index.services.has(arn) ? "named" : undefined;
  if (kind === "federated") return index.everyone || index.providers.has(arn) ? "named" : undefined;
  if (isItself(asked) && index.names.has(arn)) return "exact";
  if (index.everyone || (kind !== "root" && index.names.has(asked.knownAs))) return "named";
  if (isNamedById(index, asked)) return kind === "user" ? "exact" : "named";
  return namesAccount(index, asked) ? "account" : undefined;
}

/** A role and the root user never call under their own ARN: a session calls for the role, and the account's ARN means its IAM. */
function isItself({ request }: Asker): boolean {
  const { kind } = request.principal;
  return kind === "user" || kind === "assumed-role" || kind === "federated-user";
}

/** A canonical user is an account. Source: IAM user guide, "AWS JSON policy elements: Principal". */
function namesAccount({ accounts, canonicalUsers }: PrincipalIndex, { request }: Asker): boolean {
  const { account, canonicalUserId } = request.principal;
  return accounts.has(account) || (canonicalUserId !== undefined && canonicalUsers.has(canonicalUserId));
}

/**
 * NotPrincipal exempts a caller that is listed together with its account: AWS checks the account before the principal.
 * A caller with a permissions boundary is never exempt. Source: IAM user guide, "AWS JSON policy elements:
 * NotPrincipal".
 */
function isExempt(index: PrincipalIndex, asked: Asker, hasBoundary: boolean): boolean {
  const { kind, arn } = asked.request.principal;
  if (kind === "service" || kind === "federated") return closest(index, asked) !== undefined;
  if (hasBoundary) return false;
  if (index.everyone) return true;
  return (
    namesAccount(index, asked) &&
    (kind === "root" || index.names.has(arn) || index.names.has(asked.knownAs) || isNamedById(index, asked))
  );
}

const ACCOUNT = /^\d{12}$/;

/** The account that a principal belongs to or means. */
function accountIn(name: string): string | undefined {
  return ACCOUNT.test(name) ? name : parseArn(name)?.account;
}

/** The account that a principal means as a whole: an account id or the ARN of its root user. */
export function accountOf(name: string): string | undefined {
  if (ACCOUNT.test(name)) return name;
  const arn = parseArn(name);
  return arn?.service === "iam" && arn.resource === "root" ? arn.account : undefined;
}
