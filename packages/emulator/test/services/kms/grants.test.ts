import {
  CreateGrantCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  type CreateGrantCommandInput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import {
  administratorOf,
  DST,
  policy,
  SRC,
  startTestCloud,
  trusting,
  type Credentials,
  type TestCloud,
} from "../../lib/cloud";
import { createKey } from "./lib";

let cloud: TestCloud;
let kms: KMSClient;
let Arn: string;
let runner: string;
let session: Credentials;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
  ({ Arn } = await createKey(cloud));
  runner = cloud.moto.addRole(DST, "runner", { trust: trusting(DST) });
  session = await cloud.session(DST, runner);
});
afterEach(() => cloud.stop());

const grant = (more: Partial<CreateGrantCommandInput> = {}, by = kms) =>
  by.send(
    new CreateGrantCommand({
      KeyId: Arn,
      GranteePrincipal: runner,
      Operations: ["DescribeKey", "Encrypt"],
      ...more,
    }),
  );
const describe = () => cloud.kms(session).send(new DescribeKeyCommand({ KeyId: Arn }));

test("a grant lets another account's role use the key, without any policy, until it is revoked", async () => {
  await expect(describe()).rejects.toMatchObject({ name: "AccessDeniedException" });
  const { GrantId } = await grant();
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");

  await kms.send(new RevokeGrantCommand({ KeyId: Arn, GrantId }));
  await expect(describe()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a grant allows the operations that it names, and no other", async () => {
  await grant({ Operations: ["DescribeKey"] });
  const encrypt = new EncryptCommand({ KeyId: Arn, Plaintext: Buffer.from("x") });
  await expect(cloud.kms(session).send(encrypt)).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a grant's constraint requires the encryption context", async () => {
  await grant({ Constraints: { EncryptionContextEquals: { volume: "vol-1" } } });
  const encrypt = (EncryptionContext?: Record<string, string>) =>
    cloud
      .kms(session)
      .send(new EncryptCommand({ KeyId: Arn, Plaintext: Buffer.from("x"), EncryptionContext }));

  await expect(encrypt({ volume: "vol-1" })).resolves.toHaveProperty("CiphertextBlob");
  await expect(encrypt({ volume: "vol-2" })).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(encrypt()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("the same name and parameters return the same grant; without a name every call creates one", async () => {
  const named = [
    await grant({ Name: "slr" }),
    await grant({ Name: "slr", Operations: ["Encrypt", "DescribeKey"] }),
  ];
  expect(named[0]?.GrantId).toBe(named[1]?.GrantId);
  expect(named[0]?.GrantToken).not.toBe(named[1]?.GrantToken);

  expect((await grant()).GrantId).not.toBe((await grant()).GrantId);
  expect((await kms.send(new ListGrantsCommand({ KeyId: Arn }))).Grants).toHaveLength(3);
});

test("grants are listed page by page, and by grantee", async () => {
  await grant({ Name: "a" });
  await grant({ Name: "b", GranteePrincipal: `arn:aws:iam::${DST}:root` });
  const page = await kms.send(new ListGrantsCommand({ KeyId: Arn, Limit: 1 }));
  expect([page.Grants?.length, page.Truncated]).toEqual([1, true]);

  const filtered = await kms.send(new ListGrantsCommand({ KeyId: Arn, GranteePrincipal: runner }));
  expect(filtered.Grants).toMatchObject([
    { Name: "a", KeyId: Arn, IssuingAccount: `arn:aws:iam::${SRC}:root` },
  ]);
});

test("the retiring principal may retire a grant, another principal may not", async () => {
  const retiring = cloud.moto.addRole(DST, "retiring", { trust: trusting(DST) });
  const { GrantId } = await grant({ RetiringPrincipal: retiring });
  const retire = new RetireGrantCommand({ KeyId: Arn, GrantId });

  await expect(cloud.kms(session).send(retire)).rejects.toMatchObject({ name: "AccessDeniedException" });
  await cloud.kms(await cloud.session(DST, retiring)).send(retire);
  expect((await kms.send(new ListGrantsCommand({ KeyId: Arn }))).Grants).toEqual([]);
});

test("a grantee retires its own grant, by token, where the grant includes RetireGrant", async () => {
  const { GrantToken } = await grant({ Operations: ["DescribeKey", "RetireGrant"] });
  await cloud.kms(session).send(new RetireGrantCommand({ GrantToken }));
  await expect(describe()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a principal that may create grants only by a grant delegates no more than it includes", async () => {
  const other = cloud.moto.addRole(DST, "other", { trust: trusting(DST) });
  await grant({ Operations: ["CreateGrant", "DescribeKey"] });
  const delegate = (Operations: CreateGrantCommandInput["Operations"]) =>
    grant({ GranteePrincipal: other, Operations }, cloud.kms(session));

  await expect(delegate(["DescribeKey"])).resolves.toHaveProperty("GrantId");
  await expect(delegate(["DescribeKey", "Encrypt"])).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a policy that requires GrantIsForAWSResource prevents users from creating grants directly", async () => {
  const author = async (name: string, Condition?: object) => {
    const statement = {
      Action: "kms:CreateGrant",
      Resource: Arn,
      ...(Condition === undefined ? {} : { Condition }),
    };
    const role = cloud.moto.addRole(SRC, name, { trust: trusting(SRC), policies: { p: policy(statement) } });
    return grant({}, cloud.kms(await cloud.session(SRC, role)));
  };
  await expect(
    author("service-only", { Bool: { "kms:GrantIsForAWSResource": "true" } }),
  ).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(author("any")).resolves.toHaveProperty("GrantId");
});

test.each([
  ["a role that does not exist", `arn:aws:iam::${DST}:role/none`],
  ["a group", `arn:aws:iam::${DST}:group/admins`],
  ["a text that is not an ARN", "everybody"],
])("%s cannot be a grantee", async (_what, GranteePrincipal) => {
  await expect(grant({ GranteePrincipal })).rejects.toMatchObject({ name: "InvalidArnException" });
});

test("operations that no grant can include are refused", async () => {
  await expect(grant({ Operations: ["Sign"] })).rejects.toMatchObject({ name: "ValidationException" });
});

test("an alias cannot be given for the key of a grant", async () => {
  await expect(grant({ KeyId: "alias/home" })).rejects.toMatchObject({ name: "InvalidArnException" });
});

test("a dry run reports that it would have succeeded, and creates nothing", async () => {
  await expect(grant({ DryRun: true })).rejects.toMatchObject({ name: "DryRunOperationException" });
  expect((await kms.send(new ListGrantsCommand({ KeyId: Arn }))).Grants).toEqual([]);
});

test("a grant created by means of a grant needs a constraint that is equal or stricter", async () => {
  const other = cloud.moto.addRole(DST, "other", { trust: trusting(DST) });
  const Operations: CreateGrantCommandInput["Operations"] = ["CreateGrant", "Encrypt"];
  await grant({ Operations, Constraints: { EncryptionContextSubset: { volume: "vol-1" } } });
  const delegate = (Constraints?: CreateGrantCommandInput["Constraints"]) =>
    grant({ GranteePrincipal: other, Operations: ["Encrypt"], Constraints }, cloud.kms(session));

  await expect(delegate({ EncryptionContextSubset: { volume: "vol-1", a: "b" } })).resolves.toHaveProperty(
    "GrantId",
  );
  await expect(delegate({ EncryptionContextEquals: { volume: "vol-1" } })).resolves.toHaveProperty("GrantId");
  await expect(delegate({ EncryptionContextSubset: { a: "b" } })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(delegate()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a constraint applies to Decrypt, not to DescribeKey", async () => {
  await grant({
    Operations: ["Encrypt", "DescribeKey"],
    Constraints: { EncryptionContextSubset: { volume: "vol-1" } },
  });
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
});

test.each([
  ["more than 8 pairs", Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, "v"]))],
  ["a value of more than 384 characters", { k: "v".repeat(385) }],
])("a constraint with %s is refused", async (_what, pairs) => {
  await expect(grant({ Constraints: { EncryptionContextSubset: pairs } })).rejects.toMatchObject({
    name: "ValidationException",
  });
});

test("a retiring principal lists the grants that it may retire, on keys of other accounts too, and no others", async () => {
  const administrator = `arn:aws:iam::${DST}:user/administrator`;
  const { GrantId } = await grant({ RetiringPrincipal: administrator });
  const list = (by: string, RetiringPrincipal: string) =>
    cloud.kms(administratorOf(by)).send(new ListRetirableGrantsCommand({ RetiringPrincipal }));
  expect((await list(DST, administrator)).Grants).toMatchObject([{ GrantId, KeyId: Arn }]);
  await expect(list(SRC, administrator)).rejects.toMatchObject({ name: "InvalidArnException" });
});

test("a dry run of a revocation revokes nothing", async () => {
  const { GrantId } = await grant();
  const revoke = new RevokeGrantCommand({ KeyId: Arn, GrantId, DryRun: true });
  await expect(kms.send(revoke)).rejects.toMatchObject({ name: "DryRunOperationException" });
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
});

test.each([
  ["an account's bare id", DST, `arn:aws:iam::${DST}:root`],
  ["an account's ARN", `arn:aws:iam::${DST}:root`, `arn:aws:iam::${DST}:root`],
])("%s is accepted as the account, and allows its principals", async (_what, GranteePrincipal, shown) => {
  await expect(describe()).rejects.toMatchObject({ name: "AccessDeniedException" });
  await grant({ GranteePrincipal });
  const { Grants } = await kms.send(new ListGrantsCommand({ KeyId: Arn, GranteePrincipal: DST }));
  expect(Grants).toEqual([expect.objectContaining({ GranteePrincipal: shown })]);
});

test.each([
  "12345",
  "1234567890123",
  "arn:aws-cn:iam::222222222222:root",
  "arn:aws:iam::222222222222:role/none",
])("%s is not a principal that a grant can name", async (GranteePrincipal) => {
  await expect(grant({ GranteePrincipal })).rejects.toMatchObject({ name: "InvalidArnException" });
});
