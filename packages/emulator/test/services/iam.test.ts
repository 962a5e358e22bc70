import {
  IAMClient,
  CreateServiceLinkedRoleCommand,
  GetRoleCommand,
  ListSAMLProvidersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { ListKeysCommand } from "@aws-sdk/client-kms";
import { AwsError, type Call } from "../../contract";
import type { Identities } from "../../identity/identities";
import { createServiceLinkedRole } from "../../services/iam/service-linked-role";
import { administratorOf, DST, policy, startTestCloud, trusting, type TestCloud } from "../lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

test("a session reads the role that its policy names, by the role's real ARN, and no other", async () => {
  const path = "/aws-service-role/autoscaling.amazonaws.com/";
  const linked = cloud.moto.addRole(DST, "AWSServiceRoleForAutoScaling", { path, trust: {} });
  cloud.moto.addRole(DST, "other", { trust: {} });
  const runner = cloud.moto.addRole(DST, "runner", {
    trust: trusting(DST),
    policies: { p: policy({ Action: "iam:GetRole", Resource: linked }) },
  });
  const iam = cloud.client(IAMClient, await cloud.session(DST, runner));

  const found = await iam.send(new GetRoleCommand({ RoleName: "AWSServiceRoleForAutoScaling" }));
  expect(found.Role?.Arn).toBe(linked);
  await expect(iam.send(new GetRoleCommand({ RoleName: "other" }))).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a new policy takes effect on the next call", async () => {
  const runner = cloud.moto.addRole(DST, "runner", { trust: trusting(DST) });
  const session = await cloud.session(DST, runner);
  await expect(cloud.kms(session).send(new ListKeysCommand({}))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });

  const document = JSON.stringify(policy({ Action: "kms:ListKeys", Resource: "*" }));
  const put = new PutRolePolicyCommand({ RoleName: "runner", PolicyName: "p", PolicyDocument: document });
  await cloud.client(IAMClient, administratorOf(DST)).send(put);
  await expect(cloud.kms(session).send(new ListKeysCommand({}))).resolves.toHaveProperty("Keys");
});

test("a permissions boundary limits what the identity policy allows", async () => {
  const boundary = `arn:aws:iam::${DST}:policy/boundary`;
  cloud.moto.managedPolicies.set(boundary, policy({ Action: "sts:*", Resource: "*" }));
  const runner = cloud.moto.addRole(DST, "runner", {
    trust: trusting(DST),
    policies: { p: policy({ Action: "kms:*", Resource: "*" }) },
    boundary,
  });
  const session = await cloud.session(DST, runner);
  await expect(cloud.kms(session).send(new ListKeysCommand({}))).rejects.toMatchObject({
    message: expect.stringContaining("no permissions boundary allows the kms:ListKeys action"),
  });
});

test("a session of a role that was deleted and created again has no permissions", async () => {
  const all = { p: policy({ Action: "kms:*", Resource: "*" }) };
  const runner = cloud.moto.addRole(DST, "runner", { trust: trusting(DST), policies: all });
  const session = await cloud.session(DST, runner);
  cloud.moto.addRole(DST, "runner", { trust: trusting(DST), policies: all });
  // Any write to IAM makes the cloud read again.
  const put = new PutRolePolicyCommand({ RoleName: "runner", PolicyName: "q", PolicyDocument: "{}" });
  await cloud.client(IAMClient, administratorOf(DST)).send(put);

  await expect(cloud.kms(session).send(new ListKeysCommand({}))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("a service-linked role is created once", async () => {
  const path = "/aws-service-role/autoscaling.amazonaws.com/";
  cloud.moto.addRole(DST, "AWSServiceRoleForAutoScaling", { path, trust: {} });
  const again = new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" });
  await expect(cloud.client(IAMClient, administratorOf(DST)).send(again)).rejects.toMatchObject({
    Code: "InvalidInput",
    message:
      "Service role name AWSServiceRoleForAutoScaling has been taken in this account, please try a different suffix.",
  });
});

test("a service-linked role with a suffix is a separate one, for services that support it", async () => {
  const path = "/aws-service-role/autoscaling.amazonaws.com/";
  cloud.moto.addRole(DST, "AWSServiceRoleForAutoScaling_batch", { path, trust: {} });
  const iam = cloud.client(IAMClient, administratorOf(DST));
  const make = (AWSServiceName: string, CustomSuffix: string) =>
    iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, CustomSuffix }));
  await expect(make("autoscaling.amazonaws.com", "batch")).rejects.toMatchObject({
    message: expect.stringContaining("AWSServiceRoleForAutoScaling_batch has been taken"),
  });
  await expect(make("spot.amazonaws.com", "batch")).rejects.toMatchObject({
    Code: "InvalidInput",
    message: "Custom suffix is not allowed for spot.amazonaws.com",
  });
});

test("the second of two simultaneous calls for the same service-linked role is refused like a later one", async () => {
  const role = "AWSServiceRoleForAutoScaling";
  const identities = {
    reader: () => ({
      rolesUnder: () => Promise.resolve([]),
      query: () =>
        Promise.reject(new AwsError("EntityAlreadyExists", `Role with name ${role} already exists.`)),
    }),
    hold: () => Promise.resolve(),
  };
  const call = {
    caller: { account: DST },
    region: "eu-west-1",
    input: { AWSServiceName: "autoscaling.amazonaws.com" },
  };
  const operation = createServiceLinkedRole(identities as unknown as Identities);
  await expect(operation.run(call as unknown as Call, undefined as never)).rejects.toMatchObject({
    code: "InvalidInput",
    message: `Service role name ${role} has been taken in this account, please try a different suffix.`,
  });
});

test("an operation that is not modelled is refused with its name, and never reaches moto", async () => {
  await expect(
    cloud.client(IAMClient, administratorOf(DST)).send(new ListSAMLProvidersCommand({})),
  ).rejects.toMatchObject({
    name: "UnsupportedOperation",
    message: expect.stringContaining("iam:ListSAMLProviders"),
  });
  expect(cloud.moto.asked).toEqual([]);
});
