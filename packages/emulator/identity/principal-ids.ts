import { isRecord } from "@keyferry/common";
/**
 * A policy or grant names a principal by its ARN and means exactly this principal: once the principal is deleted, AWS
 * shows its unique id in the policy, and a new principal with the same name does not match. Source: IAM user guide,
 * "AWS JSON policy elements: Principal", on deleted users and roles.
 */

/** ARN of a principal -> the unique id it had when the policy was written (`AROA...`, `AIDA...`, `AROA...:session`). */
export type PrincipalIds = Readonly<Record<string, string>>;

/** All principals that a policy's statements name under `AWS`. */
export function principalsOf(document: unknown): readonly string[] {
  const names = statementsOf(document).flatMap((statement) =>
    ELEMENTS.flatMap((element) => {
      const principal = statement[element];
      return isRecord(principal) ? listOf(principal["AWS"]) : [];
    }),
  );
  return [...new Set(names.filter((name): name is string => typeof name === "string"))];
}

/** The policy with principals replaced, as a new document. */
export function withPrincipals(document: unknown, replacement: PrincipalIds): unknown {
  if (!isRecord(document) || Object.keys(replacement).length === 0) return document;
  const statements = statementsOf(document).map((statement) => ({
    ...statement,
    ...Object.fromEntries(
      ELEMENTS.flatMap((element) => {
        const principal = statement[element];
        return isRecord(principal) && principal["AWS"] !== undefined
          ? [[element, { ...principal, AWS: replaced(principal["AWS"], replacement) }]]
          : [];
      }),
    ),
  }));
  return { ...document, Statement: Array.isArray(document["Statement"]) ? statements : statements[0] };
}

/** The names that no longer stand for the caller, although the caller has that name now. */
export function staleFor(userId: string, ids: PrincipalIds): PrincipalIds {
  const own = [userId, userId.split(":")[0]];
  return Object.fromEntries(Object.entries(ids).filter(([, id]) => !own.includes(id)));
}

const ELEMENTS = ["Principal", "NotPrincipal"];

function replaced(names: unknown, replacement: PrincipalIds): unknown {
  const one = (name: unknown) => (typeof name === "string" ? (replacement[name] ?? name) : name);
  return Array.isArray(names) ? names.map(one) : one(names);
}

function statementsOf(document: unknown): readonly Record<string, unknown>[] {
  return isRecord(document) ? listOf(document["Statement"]).filter(isRecord) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
