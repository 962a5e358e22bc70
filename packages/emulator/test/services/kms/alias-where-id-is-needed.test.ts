import * as kms from "@aws-sdk/client-kms";
import { administratorOf, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { createKey } from "./lib";

/** Operations that accept only a key's id or ARN. Source: KMS API reference, `KeyId` of each operation. */
let cloud: TestCloud;
let client: kms.KMSClient;

beforeAll(async () => {
  cloud = await startTestCloud();
  client = cloud.kms(administratorOf(SRC));
  const { KeyId } = await createKey(cloud);
  await client.send(new kms.CreateAliasCommand({ AliasName: "alias/app", TargetKeyId: KeyId }));
});
afterAll(() => cloud.stop());

const KeyId = "alias/app";

it.each([
  ["GetKeyPolicy", () => client.send(new kms.GetKeyPolicyCommand({ KeyId }))],
  ["EnableKeyRotation", () => client.send(new kms.EnableKeyRotationCommand({ KeyId }))],
  ["ListGrants", () => client.send(new kms.ListGrantsCommand({ KeyId }))],
  [
    "CreateGrant",
    () =>
      client.send(
        new kms.CreateGrantCommand({
          KeyId,
          GranteePrincipal: `arn:aws:iam::${SRC}:root`,
          Operations: ["Decrypt"],
        }),
      ),
  ],
])("%s refuses an alias with KMS's error text", async (_name, call) => {
  await expect(call()).rejects.toMatchObject({
    name: "InvalidArnException",
    message: "Key Aliases are not supported for this operation.",
  });
});

it("DescribeKey accepts an alias", async () => {
  const { KeyMetadata } = await client.send(new kms.DescribeKeyCommand({ KeyId }));
  expect(KeyMetadata?.Enabled).toBe(true);
});
