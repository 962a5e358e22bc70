import { must } from "../../core/must";
import { keyArn } from "@keyferry/common";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { keyMetadata } from "./key-metadata";
import type { KeysPort } from "./ports";
import { sdk } from "./sdk";

/** The port on real KMS. */
export function keysPort(place: Place, entry: Entry): KeysPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const kms = sdk.kms();
    return { kms, client: clientOf(kms.KMSClient, place.region, entry) };
  });
  return {
    async describeKey(key) {
      const found = await keyMetadata(load().client, site, key);
      if (found === undefined) return undefined;
      const { Arn, KeyState, KeySpec, DeletionDate } = found;
      return {
        arn: must(Arn, "Arn of DescribeKey"),
        state: must(KeyState, "KeyState of DescribeKey"),
        spec: must(KeySpec, "KeySpec of DescribeKey"),
        ...(DeletionDate === undefined ? {} : { deletionDate: DeletionDate.toISOString() }),
      };
    },
    async aliases() {
      const { kms, client } = load();
      return call(site("ListAliases"), async () => {
        const byArn = new Map<string, string[]>();
        for await (const page of kms.paginateListAliases({ client }, {})) {
          for (const { AliasName = "", TargetKeyId } of page.Aliases ?? []) {
            if (TargetKeyId === undefined) continue;
            const arn = keyArn(place.region, place.account.id, TargetKeyId);
            byArn.set(arn, [...(byArn.get(arn) ?? []), AliasName]);
          }
        }
        return byArn;
      });
    },
    async keyPolicy(arn) {
      const { kms, client } = load();
      const answer = await call(site(`GetKeyPolicy ${arn}`), () =>
        client.send(new kms.GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" })),
      );
      return answer.Policy ?? "{}";
    },
  };
}
