import type { KeyView } from "../../aws";

/** Why a key cannot be used for a copy, and what its account must do; undefined if it can be used. */
export function unfit(
  key: KeyView,
  account: string,
): { readonly what: string; readonly fix: string } | undefined {
  if (key.state !== "Enabled") {
    return {
      what:
        key.deletionDate === undefined
          ? `is ${key.state}`
          : `is ${key.state}: KMS deletes it at ${key.deletionDate}`,
      fix: FIXES[key.state]?.(account) ?? `account ${account} must make it usable`,
    };
  }
  if (key.spec === "SYMMETRIC_DEFAULT") return undefined;
  return {
    what: `has the key spec ${key.spec}; EBS supports only SYMMETRIC_DEFAULT`,
    fix: `account ${account} must point the alias to a symmetric encryption key`,
  };
}

/** Source: KMS developer guide, "Key states of AWS KMS keys". */
const FIXES: Readonly<Record<string, (account: string) => string>> = {
  Disabled: (account) => `account ${account} must make it usable: enable it`,
  PendingDeletion: (account) =>
    `account ${account} must make it usable: cancel its deletion (CancelKeyDeletion, or keyferry keys cancel-deletion --enable for a key of the foundation), then enable it; when the waiting period ends, everything under it is lost`,
  PendingImport: (account) => `account ${account} must make it usable: import its key material`,
  Unavailable: (account) => `account ${account} must make it usable: connect its custom key store`,
};
