import { derived } from "@keyferry/common";
import { uniqueBy } from "../../core/unique-by";
import { keyReferenceId, type KeyReference, type Statement } from "../../policy/document";
import { namedKeyReference } from "../../policy/key-name";
import { keyUserPolicy } from "../../policy/key-policy";
import type { Copier, KeyAccess } from "../../policy/keys";
import { declaredKind } from "../../kinds/declared";
import { ownKeyDeclarations } from "../access";
import type { Account, Place, Topology } from "../model";

/** A key that exists, and whose owner is asked to let somebody in. */
export interface AskedKey {
  readonly key: KeyReference;
  /** What copies use it for: copies end under it, travel under it, or are made from what is under it. */
  readonly purpose: "home" | "transit" | "source";
  /** Who looks at it as its own account, and may read its policy; undefined: no account of the copies owns it. */
  readonly reader?: Account;
  /** Whose runner roles look at it. */
  readonly users: readonly Place[];
  /** What its policy must have besides what lets its own account's IAM decide. */
  readonly statements: readonly Statement[];
}

/**
 * Keys that the topology names and does not make: those that accounts use instead of the foundation's, and those of other accounts
 * that sources are under. A source's key of its own account asks for nothing: its account's IAM decides.
 */
export const askedKeys = derived((topology: Topology): readonly AskedKey[] => [
  ...ownKeyDeclarations(topology).map(({ account: id, region, alias, purpose, ...access }): AskedKey => {
    const account = topology.accounts.find((one) => one.id === id);
    return {
      key: { account: id, region, alias },
      purpose: purpose === "transit" ? "transit" : "home",
      ...(account === undefined ? {} : { reader: account }),
      users: account === undefined ? [] : [{ account, region }],
      statements: keyUserPolicy({ account: id, region, ...access }),
    };
  }),
  ...othersKeys(topology),
]);

/** Keys of accounts other than the source's: whoever makes copies of the source uses them as the source's account. */
function othersKeys(topology: Topology): readonly AskedKey[] {
  const uses = topology.rules.flatMap((rule) =>
    rule.from.keys
      .map((name) => ({ rule, key: namedKeyReference(rule.from.account.id, rule.from.region, name) }))
      .filter(({ key }) => key.account !== rule.from.account.id),
  );
  return uniqueBy(
    uses.map(({ key }) => key),
    keyReferenceId,
  ).map((key) => {
    const here = uses.filter((use) => keyReferenceId(use.key) === keyReferenceId(key));
    const through = (service: string): readonly Copier[] => {
      const rules = here.filter(({ rule }) => declaredKind(rule).keysThrough === service);
      const accounts = [...new Set(rules.map(({ rule }) => rule.from.account))];
      return accounts.map(({ id, runnerRole }) => ({ account: id, runnerRole }));
    };
    const access: KeyAccess = {
      partition: topology.partition,
      account: key.account,
      region: key.region,
      copiers: through("ec2"),
      databaseCopiers: through("rds"),
      launches: false,
    };
    const users = uniqueBy(
      here.map(({ rule: { from } }): Place => ({ account: from.account, region: from.region })),
      ({ account }) => account.id,
    );
    return { key, purpose: "source", users, statements: keyUserPolicy(access) };
  });
}
