import { IAMClient, GetRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  ListAliasesCommand,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import {
  AssumeRoleCommand,
  DecodeAuthorizationMessageCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import {
  administratorOf,
  credentialsOf,
  DST,
  policy,
  SRC,
  startTestCloud,
  trusting,
  type TestCloud,
} from "../lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

const assume = (as: string, RoleArn: string, more: object = {}) =>
  cloud.sts(administratorOf(as)).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "test", ...more }));

test("a 12-digit access key id is that account's administrator", async () => {
  const me = await cloud.sts(administratorOf(DST)).send(new GetCallerIdentityCommand({}));
  expect(me.Arn).toBe(`arn:aws:iam::${DST}:user/administrator`);
  expect(me.Account).toBe(DST);
});

test("an unknown access key is refused", async () => {
  const stranger = cloud.sts({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" });
  await expect(stranger.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});

test("a trusted account's principal gets a session of the role", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const session = await cloud.session(SRC, role);
  const me = await cloud.sts(session).send(new GetCallerIdentityCommand({}));

  expect(me.Arn).toBe(`arn:aws:sts::${DST}:assumed-role/runner/test`);
  expect(me.UserId).toMatch(/^AROA\w+:test$/);
});

test("an account that the role does not trust is refused", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting("333333333333") });
  await expect(assume(SRC, role)).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining(`sts:AssumeRole on resource: ${role}`),
  });
});

test("a role that does not exist is refused with the same text", async () => {
  const trusted = cloud.moto.addRole(DST, "runner", { trust: trusting("333333333333") });
  const none = `arn:aws:iam::${DST}:role/none`;
  const wordsFor = async (role: string) =>
    String(await assume(SRC, role).catch((error: Error) => error)).replaceAll(role, "ROLE");
  expect(await wordsFor(none)).toMatch(/^AccessDenied: /);
  expect(await wordsFor(none)).toBe(await wordsFor(trusted));
});

test("the external id decides where the trust policy requires it", async () => {
  const condition = { StringEquals: { "sts:ExternalId": "our-id" } };
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC, condition) });

  await expect(assume(SRC, role)).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume(SRC, role, { ExternalId: "another" })).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume(SRC, role, { ExternalId: "our-id" })).resolves.toHaveProperty("Credentials");
});

test("across accounts the caller's own policy must allow it, too", async () => {
  const target = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const closed = cloud.moto.addRole(SRC, "closed", { trust: trusting(SRC) });
  const open = cloud.moto.addRole(SRC, "open", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "sts:AssumeRole", Resource: target }) },
  });
  const command = new AssumeRoleCommand({ RoleArn: target, RoleSessionName: "test" });

  await expect(cloud.sts(await cloud.session(SRC, closed)).send(command)).rejects.toMatchObject({
    message: expect.stringContaining("no identity-based policy allows"),
  });
  await expect(cloud.sts(await cloud.session(SRC, open)).send(command)).resolves.toHaveProperty(
    "Credentials",
  );
});

test("a session that assumes a role gets at most an hour", async () => {
  const role = cloud.moto.addRole(SRC, "chain", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "sts:AssumeRole", Resource: "*" }) },
  });
  const session = await cloud.session(SRC, role);
  const chained = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "test", DurationSeconds: 3601 });

  await expect(cloud.sts(session).send(chained)).rejects.toMatchObject({
    message: expect.stringContaining("role chaining"),
  });
});

test.each([
  ["a session name of one letter", { RoleSessionName: "x" }],
  ["a session name with a space", { RoleSessionName: "a b" }],
  ["a duration under 15 minutes", { DurationSeconds: 899 }],
  ["a duration longer than the role allows", { DurationSeconds: 7200 }],
])("%s is a validation error", async (_what, more) => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  await expect(assume(SRC, role, more)).rejects.toMatchObject({ name: "ValidationError" });
});

test("a parameter that would restrict a session and is not modelled is refused, not ignored", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const more = { SerialNumber: `arn:aws:iam::${SRC}:mfa/x`, TokenCode: "123456" };
  await expect(assume(SRC, role, more)).rejects.toMatchObject({ name: "UnsupportedOperation" });
});

test("a wrong session token is refused", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const session = { ...(await cloud.session(SRC, role)), sessionToken: "forged" };
  await expect(cloud.sts(session).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});

test("a session policy restricts the session", async () => {
  const role = cloud.moto.addRole(DST, "runner", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "kms:*", Resource: "*" }) },
  });
  const narrow = { Policy: JSON.stringify(policy({ Action: "kms:ListKeys", Resource: "*" })) };
  const { Credentials } = await assume(SRC, role, narrow);
  const kms = cloud.kms(credentialsOf(Credentials));

  await expect(kms.send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");
  await expect(kms.send(new ListAliasesCommand({}))).rejects.toMatchObject({
    message: expect.stringContaining("no session policy allows the kms:ListAliases action"),
  });
});

test("a managed session policy restricts it, too; one that does not exist is refused", async () => {
  const arn = `arn:aws:iam::${DST}:policy/narrow`;
  cloud.moto.managedPolicies.set(arn, policy({ Action: "kms:ListAliases", Resource: "*" }));
  const role = cloud.moto.addRole(DST, "runner", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "kms:*", Resource: "*" }) },
  });
  const { Credentials } = await assume(SRC, role, { PolicyArns: [{ arn }] });
  const kms = cloud.kms(credentialsOf(Credentials));

  await expect(kms.send(new ListAliasesCommand({}))).resolves.toHaveProperty("Aliases");
  await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(assume(SRC, role, { PolicyArns: [{ arn: `${arn}-none` }] })).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
  });
});

test.each([
  ["is not JSON", "{"],
  ["has no statement", "{}"],
])("a session policy that %s is refused", async (_what, Policy) => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  await expect(assume(SRC, role, { Policy })).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
  });
});

const Tags = [{ Key: "team", Value: "platform" }];

test("session tags need a separate permission, and policies see them", async () => {
  const closed = cloud.moto.addRole(DST, "closed", { trust: trusting(SRC) });
  await expect(assume(SRC, closed, { Tags })).rejects.toMatchObject({
    message: expect.stringContaining("sts:TagSession"),
  });

  const condition = { StringEquals: { "aws:PrincipalTag/team": "platform" } };
  const role = cloud.moto.addRole(DST, "tagged", {
    trust: policy({
      Principal: { AWS: `arn:aws:iam::${SRC}:root` },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    }),
    policies: { p: policy({ Action: "kms:ListKeys", Resource: "*", Condition: condition }) },
  });
  const list = async (more: object) =>
    cloud.kms(credentialsOf((await assume(SRC, role, more)).Credentials)).send(new ListKeysCommand({}));
  await expect(list({ Tags })).resolves.toHaveProperty("Keys");
  await expect(list({})).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("a transitive tag is inherited along a chain of roles and cannot be changed in it", async () => {
  const open = policy({ Principal: { AWS: "*" }, Action: ["sts:AssumeRole", "sts:TagSession"] });
  const policies = { p: policy({ Action: "sts:*", Resource: "*" }) };
  const first = cloud.moto.addRole(SRC, "first", { trust: open, policies });
  const condition = { StringEquals: { "aws:PrincipalTag/team": "platform" } };
  const second = cloud.moto.addRole(SRC, "second", {
    trust: open,
    policies: { p: policy({ Action: "kms:ListKeys", Resource: "*", Condition: condition }) },
  });
  const chain = async (more: object, again: object = {}) => {
    const sts = cloud.sts(credentialsOf((await assume(SRC, first, { Tags, ...more })).Credentials));
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: second, RoleSessionName: "test", ...again }),
    );
    return cloud.kms(credentialsOf(Credentials)).send(new ListKeysCommand({}));
  };
  await expect(chain({ TransitiveTagKeys: ["team"] })).resolves.toHaveProperty("Keys");
  await expect(chain({})).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(chain({ TransitiveTagKeys: ["team"] }, { Tags })).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

test("a source identity needs a permission and is kept by the session", async () => {
  const trust = policy({
    Principal: { AWS: `arn:aws:iam::${SRC}:root` },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
  });
  const plain = cloud.moto.addRole(DST, "plain", { trust: trusting(SRC) });
  const role = cloud.moto.addRole(DST, "runner", { trust });
  await expect(assume(SRC, plain, { SourceIdentity: "anna" })).rejects.toMatchObject({
    message: expect.stringContaining("sts:SetSourceIdentity"),
  });
  await expect(assume(SRC, role, { SourceIdentity: "anna" })).resolves.toMatchObject({
    SourceIdentity: "anna",
  });
});

test("a role that was created again is not the one that a trust policy names", async () => {
  const caller = cloud.moto.addRole(SRC, "caller", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "sts:AssumeRole", Resource: "*" }) },
  });
  const trust = policy({ Principal: { AWS: caller }, Action: "sts:AssumeRole" });
  const target = cloud.moto.addRole(DST, "target", { trust });
  const administrator = cloud.client(IAMClient, administratorOf(DST));
  const put = () =>
    administrator.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: "target", PolicyDocument: JSON.stringify(trust) }),
    );
  const enter = async () =>
    cloud
      .sts(await cloud.session(SRC, caller))
      .send(new AssumeRoleCommand({ RoleArn: target, RoleSessionName: "test" }));
  await put();
  await expect(enter()).resolves.toHaveProperty("Credentials");

  cloud.moto.addRole(SRC, "caller", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "sts:AssumeRole", Resource: "*" }) },
  });
  cloud.forgetIdentities();
  await expect(enter()).rejects.toMatchObject({ name: "AccessDenied" });
  const shown = await administrator.send(new GetRoleCommand({ RoleName: "target" }));
  expect(decodeURIComponent(shown.Role?.AssumeRolePolicyDocument ?? "")).toMatch(/"AWS":"AROA\w+"/);

  await put();
  await expect(enter()).resolves.toHaveProperty("Credentials");
});

test("a trust policy refuses a principal that does not exist", async () => {
  cloud.moto.addRole(DST, "target", { trust: trusting(SRC) });
  const trust = policy({ Principal: { AWS: `arn:aws:iam::${SRC}:role/none` }, Action: "sts:AssumeRole" });
  const update = new UpdateAssumeRolePolicyCommand({
    RoleName: "target",
    PolicyDocument: JSON.stringify(trust),
  });
  await expect(cloud.client(IAMClient, administratorOf(DST)).send(update)).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: `Invalid principal in policy: "AWS":"arn:aws:iam::${SRC}:role/none"`,
  });
});

test("an administrator's session token has the administrator's permissions, except in IAM, and cannot get another token", async () => {
  const { Credentials } = await cloud.sts(administratorOf(SRC)).send(new GetSessionTokenCommand({}));
  const session = credentialsOf(Credentials);
  const sts = cloud.sts(session);

  expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
  expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(
    `arn:aws:iam::${SRC}:user/administrator`,
  );
  await expect(cloud.kms(session).send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");
  await expect(
    cloud.client(IAMClient, session).send(new GetRoleCommand({ RoleName: "any" })),
  ).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
  await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
    name: "AccessDenied",
    message: "Cannot call GetSessionToken with session credentials",
  });
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const enter = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "test" });
  await expect(sts.send(enter)).resolves.toHaveProperty("Credentials");
});

test("a policy distinguishes temporary credentials from long-term ones", async () => {
  const Condition = { Null: { "aws:TokenIssueTime": "false" } };
  const own = { Effect: "Allow", Principal: { AWS: SRC }, Action: "kms:*", Resource: "*" };
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [own, { ...own, Effect: "Deny", Action: "kms:DescribeKey", Condition }],
  });
  const { KeyMetadata } = await cloud.kms(administratorOf(SRC)).send(new CreateKeyCommand({ Policy }));
  const look = new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId });
  const { Credentials } = await cloud.sts(administratorOf(SRC)).send(new GetSessionTokenCommand({}));
  await expect(cloud.kms(administratorOf(SRC)).send(look)).resolves.toHaveProperty("KeyMetadata");
  await expect(cloud.kms(credentialsOf(Credentials)).send(look)).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test.each([
  ["DecodeAuthorizationMessage", new DecodeAuthorizationMessageCommand({ EncodedMessage: "x" })],
  ["a token with MFA", new GetSessionTokenCommand({ SerialNumber: "GAHT12345678", TokenCode: "123456" })],
])("%s is refused", async (_name, command) => {
  await expect(cloud.sts(administratorOf(SRC)).send(command as GetSessionTokenCommand)).rejects.toMatchObject(
    { name: "UnsupportedOperation" },
  );
});
