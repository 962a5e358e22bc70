import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { administratorOf, DST, policy, SRC, startTestCloud, trusting, type TestCloud } from "../lib/cloud";

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

test("a trusted account's principal becomes a session of the role", async () => {
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

test("a role that does not exist is refused in the same words", async () => {
  await expect(assume(SRC, `arn:aws:iam::${DST}:role/none`)).rejects.toMatchObject({ name: "AccessDenied" });
});

test("the external id decides where the trust policy asks for it", async () => {
  const condition = { StringEquals: { "sts:ExternalId": "our-id" } };
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC, condition) });

  await expect(assume(SRC, role)).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume(SRC, role, { ExternalId: "another" })).rejects.toMatchObject({ name: "AccessDenied" });
  await expect(assume(SRC, role, { ExternalId: "our-id" })).resolves.toHaveProperty("Credentials");
});

test("across accounts the caller's own policy must allow as well", async () => {
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

test("a session that assumes a role gets an hour at most", async () => {
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

test("what would narrow a session and is not modelled is refused, not ignored", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const more = { PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }] };
  await expect(assume(SRC, role, more)).rejects.toMatchObject({ name: "UnsupportedOperation" });
});

test("a wrong session token is refused", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(SRC) });
  const session = { ...(await cloud.session(SRC, role)), sessionToken: "forged" };
  await expect(cloud.sts(session).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});
