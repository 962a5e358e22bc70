import { CreateKeyCommand, type CreateKeyCommandInput, type KeyMetadata } from "@aws-sdk/client-kms";
import { administratorOf, SRC, type TestCloud } from "../../lib/cloud";

/** A customer managed key, created by the account's administrator. */
export async function createKey(
  cloud: TestCloud,
  account = SRC,
  input: CreateKeyCommandInput = {},
): Promise<KeyMetadata & { Arn: string; KeyId: string }> {
  const { KeyMetadata } = await cloud.kms(administratorOf(account)).send(new CreateKeyCommand(input));
  return KeyMetadata as KeyMetadata & { Arn: string; KeyId: string };
}

/** A key policy: the own account's IAM decides, plus `statements`. */
export function keyPolicy(account: string, ...statements: object[]): string {
  const own = { Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [own, ...statements].map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
