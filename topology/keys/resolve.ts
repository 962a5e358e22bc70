import type { Account } from "../model";
import type { KeyShares } from "../../policy/key-shares";
import type { LaunchGrant, NamedKey } from "./named-key";
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
      ...(key.sharedWith === undefined ? {} : { sharedWith: sharesOf(key.sharedWith, accountOf) }),
      launchGrants: (key.launchGrants ?? []).map((grant) => launchGrantOf(grant, accountOf)),
      ...(key.imported === true || rotationPeriodInDays === undefined ? {} : { rotationPeriodInDays }),
    };
  });
}

function sharesOf(
  input: NonNullable<NamedKeyInput["sharedWith"]>,
  accountOf: (name: string) => Account,
): KeyShares {
  const { accounts = [], roles = [], organization, organizationalUnits = [], viaServices = ["ec2"] } = input;
  return {
    accounts: [...new Set(accounts.map((name) => (/^\d{12}$/.test(name) ? name : accountOf(name).id)))],
    roles,
    organizationalUnits,
    viaServices,
    ...(organization === undefined ? {} : { organization }),
  };
}

function launchGrantOf(
  {
    account,
    awsServiceName = "autoscaling.amazonaws.com",
    customSuffix,
  }: NonNullable<NamedKeyInput["launchGrants"]>[number],
  accountOf: (name: string) => Account,
): LaunchGrant {
  return {
    account: accountOf(account),
    grantee: { awsServiceName, ...(customSuffix === undefined ? {} : { customSuffix }) },
  };
}
