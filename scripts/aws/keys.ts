import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientConfig, lazily, type CredentialProvider } from "./client-config";
import type { KeysPort } from "./ports";

/** The port on real KMS. */
export function keysPort(place: Place, credentials: CredentialProvider): KeysPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(async () => {
    const sdk = await import("@aws-sdk/client-kms");
    return { sdk, client: new sdk.KMSClient(clientConfig(place.region, credentials)) };
  });
  return {
    async describeKey(key) {
      const { sdk, client } = await load();
      try {
        const answer = await call(site(`DescribeKey ${key}`), () =>
          client.send(new sdk.DescribeKeyCommand({ KeyId: key })),
        );
        return {
          arn: answer.KeyMetadata?.Arn ?? "",
          manager: answer.KeyMetadata?.KeyManager === "AWS" ? "AWS" : "CUSTOMER",
          state: answer.KeyMetadata?.KeyState ?? "",
          spec: answer.KeyMetadata?.KeySpec ?? "",
        };
      } catch (error) {
        if (isAwsError(error, "NotFoundException")) return undefined;
        throw error;
      }
    },
    async keyPolicy(keyArn) {
      const { sdk, client } = await load();
      const answer = await call(site(`GetKeyPolicy ${keyArn}`), () =>
        client.send(new sdk.GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: "default" })),
      );
      return answer.Policy ?? "{}";
    },
  };
}
