import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  ListGrantsCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateKeyDescriptionCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";
import { keyPolicy } from "./lib";

// Wrapping keys are real RSA keys, which take time to generate.
jest.setTimeout(30_000);

let cloud: TestCloud;
let kms: KMSClient;
beforeAll(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
});
afterAll(() => cloud.stop());

const GranteePrincipal = `arn:aws:iam::${SRC}:root`;

const OPERATIONS = {
  CreateAlias: (KeyId: string) =>
    kms.send(new CreateAliasCommand({ TargetKeyId: KeyId, AliasName: `alias/of-${KeyId}` })),
  CreateGrant: (KeyId: string) =>
    kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Encrypt"] })),
  DescribeKey: (KeyId: string) => kms.send(new DescribeKeyCommand({ KeyId })),
  DisableKey: (KeyId: string) => kms.send(new DisableKeyCommand({ KeyId })),
  DisableKeyRotation: (KeyId: string) => kms.send(new DisableKeyRotationCommand({ KeyId })),
  EnableKey: (KeyId: string) => kms.send(new EnableKeyCommand({ KeyId })),
  EnableKeyRotation: (KeyId: string) => kms.send(new EnableKeyRotationCommand({ KeyId })),
  Encrypt: (KeyId: string) => kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })),
  GenerateDataKey: (KeyId: string) => kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })),
  GetKeyPolicy: (KeyId: string) => kms.send(new GetKeyPolicyCommand({ KeyId })),
  GetKeyRotationStatus: (KeyId: string) => kms.send(new GetKeyRotationStatusCommand({ KeyId })),
  GetParametersForImport: (KeyId: string) =>
    kms.send(
      new GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: "RSAES_OAEP_SHA_256",
        WrappingKeySpec: "RSA_2048",
      }),
    ),
  ListGrants: (KeyId: string) => kms.send(new ListGrantsCommand({ KeyId })),
  ListResourceTags: (KeyId: string) => kms.send(new ListResourceTagsCommand({ KeyId })),
  PutKeyPolicy: (KeyId: string) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(SRC) })),
  RotateKeyOnDemand: (KeyId: string) => kms.send(new RotateKeyOnDemandCommand({ KeyId })),
  ScheduleKeyDeletion: (KeyId: string) => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
  TagResource: (KeyId: string) =>
    kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: "a", TagValue: "b" }] })),
  UpdateKeyDescription: (KeyId: string) =>
    kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "x" })),
};

const OK = "succeeds";
const DISABLED = "DisabledException: is disabled.";
const DELETING = "KMSInvalidStateException: is pending deletion.";
const IMPORTING = "KMSInvalidStateException: is pending import.";
const EXTERNAL = "UnsupportedOperationException: origin is EXTERNAL which is not valid for this operation.";
const OWN = "UnsupportedOperationException: origin is AWS_KMS which is not valid for this operation.";

/** Source: KMS developer guide, "Key states of AWS KMS keys". */
const TABLE: readonly (readonly [
  keyof typeof OPERATIONS,
  disabled: string,
  deleting: string,
  importing: string,
])[] = [
  ["CreateAlias", OK, DELETING, OK],
  ["CreateGrant", DISABLED, DELETING, IMPORTING],
  ["DescribeKey", OK, OK, OK],
  ["DisableKey", OK, DELETING, IMPORTING],
  ["DisableKeyRotation", DISABLED, DELETING, EXTERNAL],
  ["EnableKey", OK, DELETING, IMPORTING],
  ["EnableKeyRotation", DISABLED, DELETING, EXTERNAL],
  ["Encrypt", DISABLED, DELETING, IMPORTING],
  ["GenerateDataKey", DISABLED, DELETING, IMPORTING],
  ["GetKeyPolicy", OK, OK, OK],
  ["GetKeyRotationStatus", OK, OK, OK],
  ["GetParametersForImport", OWN, OWN, OK],
  ["ListGrants", OK, OK, OK],
  ["ListResourceTags", OK, OK, OK],
  ["PutKeyPolicy", OK, OK, OK],
  ["RotateKeyOnDemand", DISABLED, DELETING, IMPORTING],
  ["ScheduleKeyDeletion", OK, DELETING, OK],
  ["TagResource", OK, DELETING, OK],
  ["UpdateKeyDescription", OK, DELETING, OK],
];

async function key(Origin: "AWS_KMS" | "EXTERNAL" = "AWS_KMS"): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin }));
  return KeyMetadata?.KeyId ?? "";
}

async function outcome(operation: keyof typeof OPERATIONS, KeyId: string): Promise<string> {
  try {
    await OPERATIONS[operation](KeyId);
    return OK;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message.replace(/^arn:\S+ /, "")}`;
  }
}

test.each(TABLE)("%s, by state: disabled: %s pending deletion: %s pending import: %s", async (...row) => {
  const [operation, ...expected] = row;
  const disabled = await key();
  await kms.send(new DisableKeyCommand({ KeyId: disabled }));
  const deleting = await key();
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: deleting }));
  const importing = await key("EXTERNAL");

  const seen = [];
  for (const KeyId of [disabled, deleting, importing]) seen.push(await outcome(operation, KeyId));
  expect(seen).toEqual(expected);
});
