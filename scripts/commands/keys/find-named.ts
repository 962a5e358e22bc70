import { ConfigurationError } from "../../../core/errors";
import type { RememberedKey } from "../../../topology";
import { generationOf, keyLabel, keyName } from "./foundation";

/**
 * The key that the user names: by its name in `keyferry keys list`, with the account's id instead of its name, or by the id or
 * ARN in the lock file. For a key with generations it is the current one, unless the generation is named, or the only one.
 * @throws ConfigurationError if there is no such key, or more than one
 */
export function findNamed(keys: readonly RememberedKey[], named: string): RememberedKey {
  const found = keys.filter(
    (key) =>
      keyName(key) === named ||
      `${key.account}/${key.region}/${keyLabel(key)}` === named ||
      isCurrent(key, named) ||
      (key.awaitsPrimary === true && isNamed(key, named) && !keys.some((one) => isCurrent(one, named))) ||
      (key.keyId !== undefined && named.split("/").at(-1) === key.keyId),
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const problem =
    only === undefined
      ? {
          what: `there is no key "${named}"`,
          allowed: keys.map(keyName).join(", "),
          fix: "keyferry keys list shows every key; keyferry keys adopt finds keys that are missing from the lock file",
        }
      : {
          what: `"${named}" names ${found.length} keys`,
          allowed: found.map((key) => `${key.account}/${key.region}/${keyLabel(key)}`).join(", "),
        };
  throw new ConfigurationError([{ path: "key", ...problem }], "the command line");
}

function isCurrent(key: RememberedKey, named: string): boolean {
  return generationOf(key)?.isCurrent === true && isNamed(key, named);
}

/** Whether a key has a name, regardless of its generation. */
function isNamed(key: RememberedKey, named: string): boolean {
  const { account, accountName, region } = key;
  const { name } = generationOf(key) ?? {};
  if (name === undefined) return false;
  return [`${accountName}/${region}/${name}`, `${account}/${region}/${name}`].includes(named);
}
