import type { ReviewedGrant } from "../read/estate";
import type { Comparison, Rule } from "../rule";
import { parseArn } from "@keyferry/common";
import { about } from "./thing";

export function grantFound({ grant, keyLabel, account, source }: ReviewedGrant, what: string) {
  const operations = grant.operations.join(", ");
  const thing = { label: keyLabel, account, source };
  return {
    ...about(thing, `${grant.granteePrincipal} ${what} ${operations} on ${keyLabel} by a grant`),
    principal: grant.granteePrincipal,
    actions: grant.operations.map((name) => `kms:${name}`),
  };
}

/** Whether the grantee is of an account that has no stack here. */
export function isGrantOutside({ grant }: ReviewedGrant, { head }: Comparison): boolean {
  const account = parseArn(grant.granteePrincipal)?.account;
  return account !== undefined && !head.accounts.has(account);
}

/** Grants of the head that the base does not have, or has with other operations or constraints. */
export function newGrants({ base, head }: Comparison): readonly ReviewedGrant[] {
  return [...head.grants]
    .filter(([id, { grant }]) => isOther(grant, base.grants.get(id)?.grant))
    .map(([, one]) => one);
}

export function isOther(one: object, other: object | undefined): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

export const grantAdded: Rule = {
  id: "grant-added",
  description: "A grant lets a principal of these accounts use a key.",
  severity: "notice",
  find: (comparison) =>
    newGrants(comparison)
      .filter((grant) => !isGrantOutside(grant, comparison))
      .map((grant) => ({ ...grantFound(grant, "gains"), direction: "gained" as const })),
};
