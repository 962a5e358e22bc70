import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  ListAliasesCommand,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetFederationTokenCommand } from "@aws-sdk/client-sts";
import {
  administratorOf,
  credentialsOf,
  policy,
  SRC,
  startTestCloud,
  trusting,
  type TestCloud,
} from "../lib/cloud";

/** GetFederationToken. Source: STS API reference, "GetFederationToken". */

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

describe("a federated user", () => {
  const federate = async (more: object = {}) => {
    const command = new GetFederationTokenCommand({ Name: "anna", ...more });
    return credentialsOf((await cloud.sts(administratorOf(SRC)).send(command)).Credentials);
  };
  const everything = JSON.stringify(policy({ Action: "kms:*", Resource: "*" }));

  test("may do what the user and the session policy both allow", async () => {
    const session = await federate({
      Policy: JSON.stringify(policy({ Action: "kms:ListKeys", Resource: "*" })),
    });
    const me = await cloud.sts(session).send(new GetCallerIdentityCommand({}));
    expect(me).toMatchObject({ Arn: `arn:aws:sts::${SRC}:federated-user/anna`, UserId: `${SRC}:anna` });
    await expect(cloud.kms(session).send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");
    await expect(cloud.kms(session).send(new ListAliasesCommand({}))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("may do nothing without a session policy, except what a key policy allows this exact session", async () => {
    const kms = cloud.kms(await federate());
    await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
    const own = { Effect: "Allow", Principal: { AWS: SRC }, Action: "kms:*", Resource: "*" };
    const key = async (Principal: object) => {
      const Statement = [own, { ...own, Principal, Action: "kms:DescribeKey" }];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return (await cloud.kms(administratorOf(SRC)).send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn;
    };
    const named = await key({ AWS: `arn:aws:sts::${SRC}:federated-user/anna` });
    const another = await key({ AWS: `arn:aws:sts::${SRC}:federated-user/berta` });
    await expect(kms.send(new DescribeKeyCommand({ KeyId: named }))).resolves.toHaveProperty("KeyMetadata");
    await expect(kms.send(new DescribeKeyCommand({ KeyId: another }))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  });

  test("cannot assume a role, get a token or use IAM", async () => {
    const session = await federate({ Policy: JSON.stringify(policy({ Action: "*", Resource: "*" })) });
    const sts = cloud.sts(session);
    const role = cloud.moto.addRole(SRC, "runner", { trust: trusting(SRC) });
    const enter = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "test" });
    await expect(sts.send(enter)).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(sts.send(new GetFederationTokenCommand({ Name: "berta" }))).rejects.toMatchObject({
      message: "Cannot call GetFederationToken with session credentials",
    });
    await expect(
      cloud.client(IAMClient, session).send(new GetRoleCommand({ RoleName: "runner" })),
    ).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  test("cannot be created by a session of a role, regardless of its permissions", async () => {
    const policies = { all: policy({ Action: "*", Resource: "*" }) };
    const role = cloud.moto.addRole(SRC, "runner", { trust: trusting(SRC), policies });
    const sts = cloud.sts(await cloud.session(SRC, role));
    await expect(sts.send(new GetFederationTokenCommand({ Name: "anna" }))).rejects.toMatchObject({
      message: "Cannot call GetFederationToken with session credentials",
    });
  });

  test.each([
    ["a name of one letter", { Name: "x" }],
    ["a duration over 36 hours", { DurationSeconds: 129_601 }],
  ])("%s is a validation error", async (_what, more) => {
    await expect(federate({ Policy: everything, ...more })).rejects.toMatchObject({
      name: "ValidationError",
    });
  });

  test("has its tags", async () => {
    const Condition = { StringEquals: { "aws:PrincipalTag/team": "web" } };
    const Policy = JSON.stringify(policy({ Action: "kms:ListKeys", Resource: "*", Condition }));
    const list = async (more: object) =>
      cloud.kms(await federate({ Policy, ...more })).send(new ListKeysCommand({}));
    await expect(list({ Tags: [{ Key: "team", Value: "web" }] })).resolves.toHaveProperty("Keys");
    await expect(list({})).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});
