import { withGrantsSettled, withoutAccount } from "../../../topology";
import type { KeyChange } from "../../engine/results";
import { keyName, keysOf, type ChangeableFoundation } from "./foundation";
import { refused } from "./refusals";

/**
 * Removes an account that left the topology from the lock file too: its stacks are no longer synthesised, which
 * is necessary if its deploy role no longer exists. Resources in the account do not change.
 * @param named name or 12-digit id
 * @param confirm asks with the records that will be removed
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
        what: "the lock file has no such account",
        fix:
          all.length === 0
            ? "no account has been removed from the topology"
            : `accounts that were removed from the topology: ${all.join(", ")}`,
      },
    ]);
  }
  if (known.declared) {
    return refused(topology, [
      {
        subject: named,
        what: "the topology declares the account",
        fix: "remove it from the topology and deploy 'foundation-*', so that its access is withdrawn; then forget it",
      },
    ]);
  }
  const { account } = known;
  const lost = keysOf(foundation)
    .filter((key) => key.account === account.id)
    .map(
      (key) => `${keyName(key)} (${key.state}, ${key.keyId ?? key.alias}) and everything encrypted under it`,
    );
  if (!(await confirm(lost))) return refused(topology, [{ subject: named, what: "not confirmed" }]);
  foundation.remember((lock) =>
    withGrantsSettled(withoutAccount(lock, topology, account.id), locked.topology, account.id),
  );
  return {
    topology,
    done: [`account ${account.name} (${account.id}) is removed from the lock file`],
    notes: [
      ...lost.map((what) => `no longer recorded: ${what}`),
      "what Terraform created in the account stays there; to manage it again, name the account in the topology and run keyferry keys adopt",
    ],
    refusals: [],
  };
}
