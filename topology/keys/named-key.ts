import type { KeyUsers } from "../../policy/keys";
import type { KeyShares } from "../../policy/key-shares";
import type { GrantIssuer, ServiceLinkedRole } from "../../policy/launch-grants";
import { must } from "../../core/must";
import { uniqueBy } from "../../core/unique-by";
import type { Account, Topology } from "../model";
import { isReplaceable } from "./copy-keys";

/** A service-linked role that launches instances under a key. */
export interface LaunchGrant {
  /** The account of the role, which creates the grant. */
  readonly account: Account;
  readonly grantee: ServiceLinkedRole;
}

/** A key of the section `keys`, with defaults filled in and names resolved. */
export interface NamedKey {
  /** The user's name for it: `app-data`. */
  readonly name: string;
  /** The account that owns it. */
  readonly account: Account;
  /** The primary key of a multi-Region key is created in the first one. */
  readonly regions: readonly string[];
  readonly multiRegion: boolean;
  /** Whether the user imports the key material. */
  readonly imported: boolean;
  /** undefined: the setting of the account or the topology, else AWS's default. */
  readonly rotationPeriodInDays?: number;
  readonly enabled: boolean;
  /** Counted from 1; the alias points to the key of this generation. */
  readonly generation: number;
  /** undefined: not shared. */
  readonly sharedWith?: KeyShares;
  readonly launchGrants: readonly LaunchGrant[];
}

/** The principals that a key policy allows in addition to the key's account. */
export function keyAccess({
  account,
  sharedWith,
  launchGrants,
}: NamedKey): Pick<KeyUsers, "shares" | "launchGrants"> {
  const ofOthers = launchGrants.filter((grant) => grant.account.id !== account.id);
  return {
    ...(sharedWith === undefined ? {} : { shares: sharedWith }),
    ...(ofOthers.length === 0
      ? {}
      : {
          launchGrants: {
            issuers: uniqueBy(ofOthers, (grant) => grant.account.id).map((grant) => issuerOf(grant.account)),
            grantees: uniqueBy(
              ofOthers.map(({ grantee }) => grantee),
              (grantee) => JSON.stringify(grantee),
            ),
          },
        }),
  };
}

/** The role with which Terraform creates grants in an account. */
export function issuerOf({ id, deployRole }: Account): GrantIssuer {
  return { account: id, roleName: must(deployRole, `the deploy role of ${id}`) };
}

/** Identifies a key of the section `keys` in its Region: `app-data@1`. */
export type NamedKeyPurpose = `${string}@${number}`;

export function namedKeyPurpose(name: string, generation: number): NamedKeyPurpose {
  return `${name}@${generation}`;
}

/** The name and generation of a key of the section `keys`; undefined for the foundation's keys. */
export function namedKeyOf(
  purpose: string,
): { readonly name: string; readonly generation: number } | undefined {
  const [name, generation] = purpose.split("@");
  return name === undefined || generation === undefined || isReplaceable(name)
    ? undefined
    : { name, generation: Number(generation) };
}

/** The declaration with a name in an account and Region, of any generation; undefined if there is none. */
export function declaredKey(
  topology: Topology,
  account: string,
  region: string,
  name: string | undefined,
): NamedKey | undefined {
  return topology.keys.find(
    (key) => key.name === name && key.account.id === account && key.regions.includes(region),
  );
}
