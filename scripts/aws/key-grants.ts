import { must } from "../../core/must";
import { parseArn } from "@keyferry/common";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** A grant on a key. Source: KMS API reference, GrantListEntry. */
export interface KeyGrant {
  readonly id: string;
  readonly name?: string;
  /** An ARN; the unique id of a principal that no longer exists; absent for a service. */
  readonly grantee?: string;
  /** Account that created it, 12 digits. */
  readonly issuingAccount?: string;
  readonly operations: readonly string[];
}

/** The grants on keys, read in the keys' own account. */
export interface KeyGrantsPort {
  grants(arn: string): Promise<readonly KeyGrant[]>;
}

/** The port on real KMS. */
export function keyGrantsPort(place: Place, entry: Entry): KeyGrantsPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const kms = sdk.kms();
    return { kms, client: clientOf(kms.KMSClient, place.region, entry) };
  });
  return {
    async grants(arn) {
      const { kms, client } = load();
      return call(site(`ListGrants ${arn}`), async () => {
        const found: KeyGrant[] = [];
        for await (const { Grants = [] } of kms.paginateListGrants({ client }, { KeyId: arn })) {
          for (const { GrantId, Name, GranteePrincipal, IssuingAccount = "", Operations = [] } of Grants) {
            const issuingAccount = parseArn(IssuingAccount)?.account ?? IssuingAccount;
            found.push({
              id: must(GrantId, "GrantId of ListGrants"),
              operations: Operations,
              ...(Name === undefined ? {} : { name: Name }),
              ...(GranteePrincipal === undefined ? {} : { grantee: GranteePrincipal }),
              ...(issuingAccount === "" ? {} : { issuingAccount }),
            });
          }
        }
        return found;
      });
    },
  };
}
