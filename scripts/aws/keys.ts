import { must } from "../../core/must";
import { keyArn } from "@keyferry/common";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
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
      const { kms, client } = load();
      try {
        const answer = await call(site(`DescribeKey ${key}`), () =>
          client.send(new kms.DescribeKeyCommand({ KeyId: key })),
        );
        const { Arn, KeyState, KeySpec, DeletionDate } = must(
          answer.KeyMetadata,
          "KeyMetadata of DescribeKey",
        );
        return {
          arn: must(Arn, "Arn of DescribeKey"),
          state: must(KeyState, "KeyState of DescribeKey"),
          spec: must(KeySpec, "KeySpec of DescribeKey"),
          ...(DeletionDate === undefined ? {} : { deletionDate: DeletionDate.toISOString() }),
        };
      } catch (error) {
        if (isAwsError(error, "NotFoundException")) return undefined;
        throw error;
      }
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
