import type { Account } from "../model";
import type { NamedKey } from "./named-key";
import type { NamedKeyInput } from "./schema";

/** The section `keys` with its defaults, in the order in which it is written. */
export function namedKeysOf(
  section: Readonly<Record<string, NamedKeyInput>>,
  accountOf: (name: string) => Account,
): readonly NamedKey[] {
  return Object.entries(section).map(([name, key]): NamedKey => {
    const account = accountOf(key.account);
    const rotationPeriodInDays = key.rotationPeriodInDays ?? account.rotationPeriodInDays;
    return {
      name,
      account,
      regions: key.regions,
      multiRegion: key.multiRegion === true,
      imported: key.imported === true,
      enabled: key.enabled !== false,
      generation: key.generation ?? 1,
      ...(key.imported === true || rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
    };
  });
}
