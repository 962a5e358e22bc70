import { withGrantsSettled, withoutAccount } from "../../../topology";
import type { KeyChange } from "../../engine/results";
import { keyName, keysOf, type ChangeableFoundation } from "./foundation";
import { refused } from "./refusals";

/**
 * Drops an account that the topology has dropped from the lock file as well: its stacks are synthesised no more, which
 * is what an account needs whose deploy role is gone. What is in the account stays as it is.
 * @param named name or 12-digit id
 * @param confirm asks with what will no longer be known
 */
export async function forgetAccount(
  foundation: ChangeableFoundation,
  named: string,
  confirm: (lost: readonly string[]) => Promise<boolean>,
): Promise<KeyChange> {
  const { locked } = foundation;
  const topology = locked.topology.name;
  const known = locked.accounts.find(({ account }) => account.id === named || account.name === named);
  if (known === undefined) {
    const all = locked.accounts.filter(({ declared }) => !declared).map(({ account }) => account.name);
    return refused(topology, [
      {
        subject: named,
        what: "the lock file knows no such account",
        fix:
          all.length === 0 ? "no account has been dropped" : `accounts that were dropped: ${all.join(", ")}`,
      },
    ]);
  }
  if (known.declared) {
    return refused(topology, [
      {
        subject: named,
        what: "the topology declares the account",
        fix: "take it out of the topology and deploy 'foundation-*', so that its access is withdrawn; then forget it",
      },
    ]);
  }
  const { account } = known;
  const lost = keysOf(foundation)
    .filter((key) => key.account === account.id)
    .map((key) => `${keyName(key)} (${key.state}, ${key.keyId ?? key.alias}) and what is under it`);
  if (!(await confirm(lost))) return refused(topology, [{ subject: named, what: "not confirmed" }]);
  foundation.remember((lock) =>
    withGrantsSettled(withoutAccount(lock, topology, account.id), locked.topology, account.id),
  );
  return {
    topology,
    done: [`account ${account.name} (${account.id}) is removed from the lock file`],
    notes: [
      ...lost.map((what) => `no longer known: ${what}`),
      "what Terraform made in the account stays there; naming the account in the topology and keyferry keys adopt bring it back",
    ],
    refusals: [],
  };
}
