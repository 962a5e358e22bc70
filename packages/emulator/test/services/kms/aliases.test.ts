import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import {
  administratorOf,
  DST,
  policy,
  REGION,
  SRC,
  startTestCloud,
  trusting,
  type TestCloud,
} from "../../lib/cloud";
import { createKey } from "./lib";

const AliasName = "alias/keyferry/acme/home";

let cloud: TestCloud;
let kms: KMSClient;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
});
afterEach(() => cloud.stop());

test("an alias refers to its key, only in its own account and Region", async () => {
  const { KeyId, Arn } = await createKey(cloud);
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  const describe = new DescribeKeyCommand({ KeyId: AliasName });

  expect((await kms.send(describe)).KeyMetadata?.Arn).toBe(Arn);
  for (const other of [cloud.kms(administratorOf(DST)), cloud.kms(administratorOf(SRC), "eu-central-1")]) {
    await expect(other.send(describe)).rejects.toMatchObject({ name: "NotFoundException" });
  }
});

test("an unknown alias is named in the error", async () => {
  await expect(kms.send(new DescribeKeyCommand({ KeyId: AliasName }))).rejects.toMatchObject({
    message: `Alias arn:aws:kms:${REGION}:${SRC}:${AliasName} is not found.`,
  });
});

test("an alias is unique, can move to another key, and can be deleted", async () => {
  const first = await createKey(cloud);
  const second = await createKey(cloud);
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: first.KeyId }));
  await expect(
    kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: second.KeyId })),
  ).rejects.toMatchObject({
    name: "AlreadyExistsException",
  });

  await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second.KeyId }));
  const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: second.KeyId }));
  expect(Aliases).toMatchObject([{ AliasName, TargetKeyId: second.KeyId }]);

  await kms.send(new DeleteAliasCommand({ AliasName }));
  expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([]);
});

test.each([
  ["a name without the prefix", "keyferry"],
  ["a name with a colon", "alias/a:b"],
  ["a name that belongs to AWS", "alias/aws/mine"],
])("%s is refused", async (_what, name) => {
  const { KeyId } = await createKey(cloud);
  await expect(
    kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: KeyId })),
  ).rejects.toBeInstanceOf(Error);
});

test("another account's key cannot have an alias here", async () => {
  const { Arn } = await createKey(cloud, DST);
  await expect(kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: Arn }))).rejects.toBeInstanceOf(
    Error,
  );
});

test("an alias needs permission on the alias and on the key", async () => {
  const { KeyId, Arn } = await createKey(cloud);
  const only = (Resource: string | string[]) => ({
    trust: trusting(SRC),
    policies: { p: policy({ Action: "kms:CreateAlias", Resource }) },
  });
  const alias = `arn:aws:kms:${REGION}:${SRC}:${AliasName}`;
  const outcome = async (name: string, resource: string | string[]) => {
    const session = await cloud.session(SRC, cloud.moto.addRole(SRC, name, only(resource)));
    return cloud.kms(session).send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  };

  await expect(outcome("alias-only", alias)).rejects.toMatchObject({ message: expect.stringContaining(Arn) });
  await expect(outcome("key-only", Arn)).rejects.toMatchObject({ message: expect.stringContaining(alias) });
  await expect(outcome("both", [alias, Arn])).resolves.toBeDefined();
});
