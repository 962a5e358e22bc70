import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { startRehearsal, type Rehearsal } from "../../sandbox";

jest.setTimeout(240_000);

const ACCOUNT = "111111111111";
const UserName = "ci";

let cloud: Rehearsal;
let iam: IAMClient;
let key: { readonly accessKeyId: string; readonly secretAccessKey: string };
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0 });
  iam = new IAMClient(settings({ accessKeyId: ACCOUNT, secretAccessKey: "rehearsal" }));
  await iam.send(new CreateUserCommand({ UserName, Path: "/team/" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  key = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
});
afterAll(async () => {
  iam.destroy();
  await cloud.stop();
});

function settings(credentials: typeof key) {
  return { endpoint: cloud.url, region: "eu-west-1", credentials, maxAttempts: 1 };
}

function allowing(Action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
}

test("a user with an access key may do what its own policies and its groups' policies allow", async () => {
  const kms = new KMSClient(settings(key));
  const denied = { name: "AccessDeniedException" };
  const me = await new STSClient(settings(key)).send(new GetCallerIdentityCommand({}));
  const { User } = await iam.send(new GetUserCommand({ UserName }));
  expect(me).toMatchObject({ Arn: `arn:aws:iam::${ACCOUNT}:user/team/ci`, UserId: User?.UserId });
  expect(me.UserId).toMatch(/^AIDA/);
  await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject(denied);

  const PolicyName = "list";
  const created = await iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: allowing("kms:ListKeys") }),
  );
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: created.Policy?.Arn }));
  await expect(kms.send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");

  const GroupName = "ops";
  await iam.send(new CreateGroupCommand({ GroupName }));
  const PolicyDocument = allowing("kms:ListAliases");
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }));
  await expect(kms.send(new ListAliasesCommand({}))).rejects.toMatchObject(denied);
  await iam.send(new AddUserToGroupCommand({ GroupName, UserName }));
  await expect(kms.send(new ListAliasesCommand({}))).resolves.toHaveProperty("Aliases");
  await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject(denied);
});

describe("a permissions boundary of a user", () => {
  const Boundary = () => `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  const kms = () => new KMSClient(settings(key));
  beforeAll(async () => {
    const document = allowing("kms:ListKeys");
    await iam.send(new CreatePolicyCommand({ PolicyName: "boundary", PolicyDocument: document }));
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument: allowing("kms:*") }),
    );
  });

  test("limits the user's policies, is returned by GetUser, and can be deleted", async () => {
    await expect(kms().send(new CreateKeyCommand({}))).resolves.toHaveProperty("KeyMetadata");
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: Boundary() }));
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(Boundary());
    await expect(kms().send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");
    await expect(kms().send(new CreateKeyCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining("no permissions boundary allows the kms:CreateKey action"),
    });
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    await expect(kms().send(new CreateKeyCommand({}))).resolves.toHaveProperty("KeyMetadata");
  });

  test("can be set by CreateUser, and is deleted with its user", async () => {
    const UserName = "bounded";
    const made = await iam.send(new CreateUserCommand({ UserName, PermissionsBoundary: Boundary() }));
    expect(made.User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(Boundary());
    await iam.send(new DeleteUserCommand({ UserName }));
    await iam.send(new CreateUserCommand({ UserName }));
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    expect(User?.PermissionsBoundary).toBeUndefined();
  });

  test("requires an existing policy and an existing user", async () => {
    const none = `${Boundary()}-none`;
    const put = (UserName: string, PermissionsBoundary: string) =>
      iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    await expect(put(UserName, none)).rejects.toMatchObject({ name: "NoSuchEntityException" });
    await expect(put("nobody", Boundary())).rejects.toMatchObject({ name: "NoSuchEntityException" });
    const create = new CreateUserCommand({ UserName: "late", PermissionsBoundary: none });
    await expect(iam.send(create)).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });
});

test("a user's session token may do what the user may, also after its policies change", async () => {
  const { Credentials } = await new STSClient(settings(key)).send(new GetSessionTokenCommand({}));
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const me = await new STSClient(settings(session)).send(new GetCallerIdentityCommand({}));
  expect(me.Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/team/ci`);
  const create = () => new KMSClient(settings(session)).send(new CreateKeyCommand({}));
  await expect(create()).resolves.toHaveProperty("KeyMetadata");
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "all" }));
  await expect(create()).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("AWS managed policies can be attached", async () => {
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const kms = new KMSClient(settings(key));
  await expect(kms.send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");
  await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
  await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
});

test("an inactive access key is refused, and so is a deleted one", async () => {
  const sts = new STSClient(settings(key));
  const whoAmI = () => sts.send(new GetCallerIdentityCommand({}));
  const AccessKeyId = key.accessKeyId;
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
  await expect(whoAmI()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Active" }));
  await expect(whoAmI()).resolves.toHaveProperty("Arn");
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  await expect(whoAmI()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
});
