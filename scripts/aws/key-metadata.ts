import type { KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import { must } from "../../core/must";
import { isAwsError, type CallSite } from "./aws-error";
import { call } from "./client-config";
import { sdk } from "./sdk";

/** KMS's metadata of a key, by its ARN, id or alias; undefined if it does not exist. */
export async function keyMetadata(
  client: KMSClient,
  site: (operation: string) => CallSite,
  key: string,
): Promise<KeyMetadata | undefined> {
  try {
    const answer = await call(site(`DescribeKey ${key}`), () =>
      client.send(new (sdk.kms().DescribeKeyCommand)({ KeyId: key })),
    );
    return must(answer.KeyMetadata, "KeyMetadata of DescribeKey");
  } catch (error) {
    if (isAwsError(error, "NotFoundException")) return undefined;
    throw error;
  }
}
