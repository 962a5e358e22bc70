import type { Problem } from "../../core/errors";
import { pathText } from "../../core/path-text";
import { keyPolicy } from "../../policy/key-policy";
import { MAX_KEY_POLICY_SIZE } from "../../policy/keys";
import { proofTarget, renderPolicy } from "../../policy/render";
import { keyAccess, type NamedKey } from "./named-key";

/** Keys whose policy would be too long for all principals that they allow. */
export function policySizeProblems(partition: string, keys: readonly NamedKey[]): readonly Problem[] {
  return keys.flatMap((key) => {
    const sizes = key.regions.map((region) => {
      const policy = keyPolicy({
        ...{ partition, account: key.account.id, region, copiers: [], launches: false },
        ...keyAccess(key),
      });
      return JSON.stringify(renderPolicy(policy, proofTarget)).length;
    });
    const size = Math.max(...sizes);
    if (size <= MAX_KEY_POLICY_SIZE) return [];
    const { accounts = [], roles = [] } = key.sharedWith ?? {};
    return [
      {
        path: pathText(["keys", key.name, "sharedWith"]),
        what: `the key's policy would have ${size} characters, for ${accounts.length} accounts, ${roles.length} roles and ${key.launchGrants.length} service-linked roles`,
        allowed: `at most ${MAX_KEY_POLICY_SIZE}, a limit that AWS does not raise`,
        fix: "share it with the organisation or its units, name accounts instead of roles, or declare one key for each group of accounts",
      },
    ];
  });
}
