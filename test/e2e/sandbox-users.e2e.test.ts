import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GetUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { startRehearsal, type Rehearsal } from "../../sandbox";

jest.setTimeout(60_000);

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

test("a user calls with its access key, and may do what its policies and its groups' allow", async () => {
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
