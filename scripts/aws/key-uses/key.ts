import type { Place } from "../../../topology";
import { call, clientOf, lazily, type Entry } from "../client-config";
import { sdk } from "../sdk";
import { isNamed, type KeyNames } from "./key-names";
import type { KeyUser } from "./key-user";

/** Reads the uses of a key that KMS itself has: grants, aliases and replicas. */
export function keyUses(place: Place, entry: Entry) {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const kms = sdk.kms();
    return { kms, client: clientOf(kms.KMSClient, place.region, entry) };
  });
  return { grants, aliases, replicas };

  async function grants({ arn }: KeyNames): Promise<readonly KeyUser[]> {
    const { kms, client } = load();
    return call(site(`ListGrants ${arn}`), async () => {
      const found: KeyUser[] = [];
      for await (const { Grants = [] } of kms.paginateListGrants({ client }, { KeyId: arn })) {
        for (const { GrantId = "", Name, GranteePrincipal, Operations = [] } of Grants) {
          found.push({
            type: "grant",
            id: GrantId,
            text: `grant ${GrantId} of ${GranteePrincipal ?? "a service"} (${Operations.join(", ")})`,
            grant: {
              ...(Name === undefined ? {} : { name: Name }),
              ...(GranteePrincipal === undefined ? {} : { grantee: GranteePrincipal }),
            },
          });
        }
      }
      return found;
    });
  }

  /** Aliases that do not belong to the foundation: their creators use the key through them. */
  async function aliases({ arn, aliases: own }: KeyNames): Promise<readonly KeyUser[]> {
    const { kms, client } = load();
    return call(site("ListAliases"), async () => {
      const found: KeyUser[] = [];
      for await (const { Aliases = [] } of kms.paginateListAliases({ client }, { KeyId: arn })) {
        for (const { AliasName = "" } of Aliases)
          if (!own.includes(AliasName))
            found.push({ type: "alias", id: AliasName, text: `alias ${AliasName}` });
      }
      return found;
    });
  }

  /** A multi-Region primary key cannot be deleted before its replicas. Source: KMS API reference, ScheduleKeyDeletion. */
  async function replicas(key: KeyNames): Promise<readonly KeyUser[]> {
    const { kms, client } = load();
    const { KeyMetadata } = await call(site(`DescribeKey ${key.arn}`), () =>
      client.send(new kms.DescribeKeyCommand({ KeyId: key.arn })),
    );
    const { MultiRegionKeyType, ReplicaKeys = [] } = KeyMetadata?.MultiRegionConfiguration ?? {};
    if (MultiRegionKeyType !== "PRIMARY") return [];
    return ReplicaKeys.filter(({ Arn }) => !isNamed(key, Arn)).map(({ Arn = "" }) => ({
      type: "replica",
      id: Arn,
      text: `replica ${Arn}`,
    }));
  }
}
