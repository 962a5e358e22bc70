import { derived } from "@keyferry/common";
import { uniqueBy } from "../../core/unique-by";
import { keyReferenceId, type KeyReference, type Statement } from "../../policy/document";
import { namedKeyReference } from "../../policy/key-name";
import { keyUserPolicy } from "../../policy/key-policy";
import type { Copier, KeyAccess } from "../../policy/keys";
import { declaredKind } from "../../kinds/declared";
import { ownKeyDeclarations } from "../access";
import type { Account, Place, Topology } from "../model";

/** An existing key whose owner must allow access to it. */
export interface AskedKey {
  readonly key: KeyReference;
  /** How copies use it: as a home key, as a transit key, or as a key of a source. */
  readonly purpose: "home" | "transit" | "source";
  /** The account that owns the key and may read its policy; undefined if no account of the copies owns it. */
  readonly reader?: Account;
  /** Accounts whose runner roles read it. */
  readonly users: readonly Place[];
  /** Statements that its policy needs in addition to the one that lets its account's IAM decide. */
  readonly statements: readonly Statement[];
}

/**
 * Keys that the topology names but does not create: those that accounts use instead of the foundation's, and those of other accounts
 * that sources are encrypted under. A source's key in its own account needs no statement: its account's IAM decides.
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

/** Keys of accounts other than the source's. Only the source's account uses them to make copies. */
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
