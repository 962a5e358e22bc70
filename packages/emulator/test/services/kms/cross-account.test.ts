import { generateKeyPairSync } from "node:crypto";
import * as kms from "@aws-sdk/client-kms";
import { administratorOf, DST, policy, SRC, startTestCloud, trusting, type TestCloud } from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

/**
 * The behaviour of each operation on another account's key. Source: KMS API reference, "Cross-account use" of every
 * operation.
 */

type Kind = "symmetric" | "signing" | "agreement" | "mac";
const KINDS: Readonly<Record<Kind, Pick<kms.CreateKeyCommandInput, "KeySpec" | "KeyUsage">>> = {
  symmetric: {},
  signing: { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" },
  agreement: { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" },
  mac: { KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" },
};
const kinds = Object.keys(KINDS) as readonly Kind[];

let cloud: TestCloud;
let owner: kms.KMSClient;
/** In the other account: a role whose policy allows everything on every key, and one whose policy allows nothing. */
let allowed: kms.KMSClient;
let bare: kms.KMSClient;
/** Keys whose policy allows the other account everything, and keys whose policy does not mention it. */
let open: Readonly<Record<Kind, string>>;
let closed: Readonly<Record<Kind, string>>;
let made: { readonly ciphertext: Uint8Array; readonly signature: Uint8Array; readonly mac: Uint8Array };

const Message = Buffer.from("message");
const SigningAlgorithm = "ECDSA_SHA_256";
const MacAlgorithm = "HMAC_SHA_256";
const PublicKey = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey.export({
  type: "spki",
  format: "der",
});

beforeAll(async () => {
  cloud = await startTestCloud();
  owner = cloud.kms(administratorOf(SRC));
  const everything = policy({ Action: "kms:*", Resource: "*" });
  const role = async (name: string, policies = {}) =>
    cloud.kms(await cloud.session(DST, cloud.moto.addRole(DST, name, { trust: trusting(DST), policies })));
  allowed = await role("allowed", { everything });
  bare = await role("bare");
  const theirs = { Principal: { AWS: DST }, Action: "kms:*", Resource: "*" };
  open = await keys(keyPolicy(SRC, theirs));
  closed = await keys(keyPolicy(SRC));
});
afterAll(() => cloud.stop());

async function keys(Policy: string): Promise<Readonly<Record<Kind, string>>> {
  const arns: Partial<Record<Kind, string>> = {};
  for (const kind of kinds) arns[kind] = (await createKey(cloud, SRC, { ...KINDS[kind], Policy })).Arn;
  return arns as Record<Kind, string>;
}

/** Outputs of the owner's keys, for the other account to decrypt or to verify. */
async function makeWith(of: Readonly<Record<Kind, string>>): Promise<void> {
  const sealed = await owner.send(new kms.EncryptCommand({ KeyId: of.symmetric, Plaintext: Message }));
  const signed = await owner.send(new kms.SignCommand({ KeyId: of.signing, Message, SigningAlgorithm }));
  const mac = await owner.send(new kms.GenerateMacCommand({ KeyId: of.mac, Message, MacAlgorithm }));
  made = {
    ciphertext: sealed.CiphertextBlob ?? Buffer.of(),
    signature: signed.Signature ?? Buffer.of(),
    mac: mac.Mac ?? Buffer.of(),
  };
}

type Attempt = (client: kms.KMSClient, KeyId: string) => Promise<unknown>;
const GranteePrincipal = `arn:aws:iam::${DST}:role/allowed`;
const encrypted = () => made.ciphertext;

const OFFERED: readonly (readonly [name: string, kind: Kind, attempt: Attempt])[] = [
  ["Encrypt", "symmetric", (c, KeyId) => c.send(new kms.EncryptCommand({ KeyId, Plaintext: Message }))],
  [
    "Decrypt",
    "symmetric",
    (c, KeyId) => c.send(new kms.DecryptCommand({ KeyId, CiphertextBlob: encrypted() })),
  ],
  [
    "ReEncrypt",
    "symmetric",
    (c, KeyId) => c.send(new kms.ReEncryptCommand({ CiphertextBlob: encrypted(), DestinationKeyId: KeyId })),
  ],
  [
    "GenerateDataKey",
    "symmetric",
    (c, KeyId) => c.send(new kms.GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" })),
  ],
  [
    "GenerateDataKeyWithoutPlaintext",
    "symmetric",
    (c, KeyId) => c.send(new kms.GenerateDataKeyWithoutPlaintextCommand({ KeyId, KeySpec: "AES_256" })),
  ],
  [
    "GenerateDataKeyPair",
    "symmetric",
    (c, KeyId) => c.send(new kms.GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" })),
  ],
  [
    "GenerateDataKeyPairWithoutPlaintext",
    "symmetric",
    (c, KeyId) =>
      c.send(new kms.GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: "ECC_NIST_P256" })),
  ],
  ["GenerateMac", "mac", (c, KeyId) => c.send(new kms.GenerateMacCommand({ KeyId, Message, MacAlgorithm }))],
  [
    "VerifyMac",
    "mac",
    (c, KeyId) => c.send(new kms.VerifyMacCommand({ KeyId, Message, MacAlgorithm, Mac: made.mac })),
  ],
  ["Sign", "signing", (c, KeyId) => c.send(new kms.SignCommand({ KeyId, Message, SigningAlgorithm }))],
  [
    "Verify",
    "signing",
    (c, KeyId) =>
      c.send(new kms.VerifyCommand({ KeyId, Message, SigningAlgorithm, Signature: made.signature })),
  ],
  ["GetPublicKey", "signing", (c, KeyId) => c.send(new kms.GetPublicKeyCommand({ KeyId }))],
  [
    "DeriveSharedSecret",
    "agreement",
    (c, KeyId) =>
      c.send(new kms.DeriveSharedSecretCommand({ KeyId, PublicKey, KeyAgreementAlgorithm: "ECDH" })),
  ],
  ["DescribeKey", "symmetric", (c, KeyId) => c.send(new kms.DescribeKeyCommand({ KeyId }))],
  ["GetKeyRotationStatus", "symmetric", (c, KeyId) => c.send(new kms.GetKeyRotationStatusCommand({ KeyId }))],
  [
    "CreateGrant",
    "symmetric",
    (c, KeyId) =>
      c.send(new kms.CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["RetireGrant"] })),
  ],
  ["ListGrants", "symmetric", (c, KeyId) => c.send(new kms.ListGrantsCommand({ KeyId }))],
  ["RevokeGrant", "symmetric", revoke],
];

/** For a grant that the owner has created for it. */
async function revoke(client: kms.KMSClient, KeyId: string): Promise<unknown> {
  const grant = { KeyId, GranteePrincipal: `arn:aws:iam::${SRC}:root`, Operations: ["Encrypt" as const] };
  const { GrantId } = await owner.send(new kms.CreateGrantCommand(grant));
  return client.send(new kms.RevokeGrantCommand({ KeyId, GrantId }));
}

describe.each(OFFERED)("%s", (name, kind, attempt) => {
  const denied = (half: string) => ({
    name: "AccessDeniedException",
    message: expect.stringMatching(new RegExp(`kms:${name}.*no ${half} policy allows`, "s")),
  });

  test("is allowed with both halves", async () => {
    await makeWith(open);
    await expect(attempt(allowed, open[kind])).resolves.toBeDefined();
  });

  test("is denied without the caller's own half", async () => {
    await makeWith(open);
    await expect(attempt(bare, open[kind])).rejects.toMatchObject(denied("identity-based"));
  });

  test("is denied without the key policy's half", async () => {
    await makeWith(closed);
    await expect(attempt(allowed, closed[kind])).rejects.toMatchObject(denied("resource-based"));
  });
});

test("RetireGrant is allowed by the grant alone, and never by both halves", async () => {
  const grant = async (RetiringPrincipal?: string) => {
    const of = { KeyId: closed.symmetric, GranteePrincipal: `arn:aws:iam::${SRC}:root`, RetiringPrincipal };
    const { GrantId } = await owner.send(new kms.CreateGrantCommand({ ...of, Operations: ["Encrypt"] }));
    return new kms.RetireGrantCommand({ KeyId: closed.symmetric, GrantId });
  };
  await expect(bare.send(await grant(`arn:aws:iam::${DST}:role/bare`))).resolves.toBeDefined();
  await expect(allowed.send(await grant(`arn:aws:iam::${DST}:role/bare`))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(allowed.send(await grant(`arn:aws:iam::${DST}:root`))).resolves.toBeDefined();
  await expect(bare.send(await grant(`arn:aws:iam::${DST}:root`))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(allowed.send(await grant())).rejects.toMatchObject({ name: "AccessDeniedException" });
});

const Policy = keyPolicy(SRC);
const Tags = [{ TagKey: "a", TagValue: "b" }];
const NEVER: readonly (readonly [name: string, attempt: Attempt])[] = [
  ["GetKeyPolicy", (c, KeyId) => c.send(new kms.GetKeyPolicyCommand({ KeyId }))],
  ["PutKeyPolicy", (c, KeyId) => c.send(new kms.PutKeyPolicyCommand({ KeyId, Policy }))],
  ["ListKeyPolicies", (c, KeyId) => c.send(new kms.ListKeyPoliciesCommand({ KeyId }))],
  [
    "ReplicateKey",
    (c, KeyId) => c.send(new kms.ReplicateKeyCommand({ KeyId, ReplicaRegion: "eu-central-1" })),
  ],
  [
    "UpdatePrimaryRegion",
    (c, KeyId) => c.send(new kms.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: "eu-central-1" })),
  ],
  ["EnableKey", (c, KeyId) => c.send(new kms.EnableKeyCommand({ KeyId }))],
  ["DisableKey", (c, KeyId) => c.send(new kms.DisableKeyCommand({ KeyId }))],
  ["EnableKeyRotation", (c, KeyId) => c.send(new kms.EnableKeyRotationCommand({ KeyId }))],
  ["DisableKeyRotation", (c, KeyId) => c.send(new kms.DisableKeyRotationCommand({ KeyId }))],
  ["RotateKeyOnDemand", (c, KeyId) => c.send(new kms.RotateKeyOnDemandCommand({ KeyId }))],
  ["ListKeyRotations", (c, KeyId) => c.send(new kms.ListKeyRotationsCommand({ KeyId }))],
  ["GetKeyLastUsage", (c, KeyId) => c.send(new kms.GetKeyLastUsageCommand({ KeyId }))],
  ["ScheduleKeyDeletion", (c, KeyId) => c.send(new kms.ScheduleKeyDeletionCommand({ KeyId }))],
  ["CancelKeyDeletion", (c, KeyId) => c.send(new kms.CancelKeyDeletionCommand({ KeyId }))],
  ["TagResource", (c, KeyId) => c.send(new kms.TagResourceCommand({ KeyId, Tags }))],
  ["UntagResource", (c, KeyId) => c.send(new kms.UntagResourceCommand({ KeyId, TagKeys: ["a"] }))],
  ["ListResourceTags", (c, KeyId) => c.send(new kms.ListResourceTagsCommand({ KeyId }))],
  [
    "UpdateKeyDescription",
    (c, KeyId) => c.send(new kms.UpdateKeyDescriptionCommand({ KeyId, Description: "mine" })),
  ],
  [
    "GetParametersForImport",
    (c, KeyId) =>
      c.send(
        new kms.GetParametersForImportCommand({
          KeyId,
          WrappingAlgorithm: "RSAES_OAEP_SHA_256",
          WrappingKeySpec: "RSA_2048",
        }),
      ),
  ],
  [
    "ImportKeyMaterial",
    (c, KeyId) =>
      c.send(
        new kms.ImportKeyMaterialCommand({ KeyId, ImportToken: Message, EncryptedKeyMaterial: Message }),
      ),
  ],
  ["DeleteImportedKeyMaterial", (c, KeyId) => c.send(new kms.DeleteImportedKeyMaterialCommand({ KeyId }))],
];

test.each(NEVER)("%s is denied with both halves", async (_name, attempt) => {
  await expect(attempt(allowed, open.symmetric)).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("lists and aliases are separate for each account", async () => {
  const { Keys } = await allowed.send(new kms.ListKeysCommand({}));
  expect(Keys).toEqual([]);
  const alias = { AliasName: "alias/theirs", TargetKeyId: open.symmetric };
  await expect(allowed.send(new kms.CreateAliasCommand(alias))).rejects.toThrow();
  await owner.send(new kms.CreateAliasCommand(alias));
  expect((await allowed.send(new kms.ListAliasesCommand({}))).Aliases).toEqual([]);
  const AliasName = alias.AliasName;
  await expect(allowed.send(new kms.DeleteAliasCommand({ AliasName }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("the alias ARN of another account names its key, where an operation accepts aliases", async () => {
  const arn = open.symmetric.replace(/key\/.*$/, "alias/shared");
  await owner.send(new kms.CreateAliasCommand({ AliasName: "alias/shared", TargetKeyId: open.symmetric }));
  await expect(allowed.send(new kms.DescribeKeyCommand({ KeyId: arn }))).resolves.toMatchObject({
    KeyMetadata: { Arn: open.symmetric },
  });
  await expect(allowed.send(new kms.ListGrantsCommand({ KeyId: arn }))).rejects.toMatchObject({
    name: "InvalidArnException",
  });
});
