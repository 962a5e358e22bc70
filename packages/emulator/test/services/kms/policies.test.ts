import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  ListKeyPoliciesCommand,
  PutKeyPolicyCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, DST, policy, SRC, startTestCloud, trusting, type TestCloud } from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

let cloud: TestCloud;
let kms: KMSClient;
let KeyId: string;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
  ({ KeyId } = await createKey(cloud));
});
afterEach(() => cloud.stop());

const put = (Policy: string, more: object = {}) =>
  kms.send(new PutKeyPolicyCommand({ KeyId, Policy, ...more }));
const INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals.";

test("a key created without a policy leaves everything to its account's IAM", async () => {
  const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  expect(JSON.parse(Policy)).toMatchObject({
    Statement: [{ Principal: { AWS: `arn:aws:iam::${SRC}:root` }, Action: "kms:*", Resource: "*" }],
  });
  const { PolicyNames } = await kms.send(new ListKeyPoliciesCommand({ KeyId }));
  expect(PolicyNames).toEqual(["default"]);
});

test("a policy is stored unchanged", async () => {
  const policy = keyPolicy(SRC, {
    Sid: "Copy it",
    Principal: { AWS: DST },
    Action: "kms:Decrypt",
    Resource: "*",
  });
  await put(policy);
  await expect(kms.send(new GetKeyPolicyCommand({ KeyId }))).resolves.toMatchObject({ Policy: policy });
});

test("an existing role can be named, one that does not exist cannot", async () => {
  const role = cloud.moto.addRole(DST, "runner", { trust: trusting(DST) });
  const naming = (AWS: string) =>
    keyPolicy(SRC, { Principal: { AWS }, Action: "kms:Decrypt", Resource: "*" });

  await expect(put(naming(role))).resolves.toBeDefined();
  await expect(put(naming(`${role}-gone`))).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: INVALID_PRINCIPALS,
  });
});

test.each([
  ["everyone, narrowed by a condition", { AWS: "*" }, true],
  ["an account by its id", { AWS: DST }, true],
  ["an AWS service", { Service: "logs.eu-west-1.amazonaws.com" }, true],
  ["a wildcard inside an ARN", { AWS: `arn:aws:iam::${DST}:role/*` }, false],
  ["a group", { AWS: `arn:aws:iam::${DST}:group/admins` }, false],
  ["an account of another partition", { AWS: `arn:aws-cn:iam::${DST}:root` }, false],
  ["an account id of 11 digits", { AWS: "22222222222" }, false],
  ["an unknown kind", { Account: DST }, false],
])("as a principal, %s: %j is accepted: %s", async (_what, Principal, accepted) => {
  const outcome = put(keyPolicy(SRC, { Principal, Action: "kms:Decrypt", Resource: "*" }));
  if (accepted) await expect(outcome).resolves.toBeDefined();
  else await expect(outcome).rejects.toMatchObject({ message: INVALID_PRINCIPALS });
});

test("a policy that would lock its author out is refused, unless the check is bypassed", async () => {
  const statement = { Effect: "Allow", Principal: { AWS: DST }, Action: "kms:*", Resource: "*" };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await expect(put(policy)).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: "The new key policy will not allow you to update the key policy in the future.",
  });
  await expect(put(policy, { BypassPolicyLockoutSafetyCheck: true })).resolves.toBeDefined();
  await expect(kms.send(new GetKeyPolicyCommand({ KeyId }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("a policy longer than 32 KB is refused, a slightly shorter one is stored", async () => {
  const padded = (bytes: number) => {
    const empty = keyPolicy(SRC, { Sid: "", Principal: { AWS: DST }, Action: "kms:Decrypt", Resource: "*" });
    return empty.replace('"Sid":""', `"Sid":"${"x".repeat(bytes - empty.length)}"`);
  };
  await expect(put(padded(32_768))).resolves.toBeDefined();
  await expect(put(padded(32_769))).rejects.toMatchObject({ name: "LimitExceededException" });
});

test("a policy that is not JSON is refused", async () => {
  await expect(put("{")).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
});

test("no policy exists under another name", async () => {
  await expect(kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "other" }))).rejects.toMatchObject({
    name: "NotFoundException",
  });
});

test("a statement without Resource is accepted and has no effect", async () => {
  const role = cloud.moto.addRole(DST, "runner", {
    trust: trusting(DST),
    policies: { p: policy({ Action: "kms:*", Resource: "*" }) },
  });
  const kms = cloud.kms(await cloud.session(DST, role));
  const { KeyMetadata } = await cloud.kms(administratorOf(SRC)).send(new DescribeKeyCommand({ KeyId }));
  const describe = () => kms.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.Arn }));

  await put(keyPolicy(SRC, { Principal: { AWS: DST }, Action: "kms:DescribeKey" }));
  await expect(describe()).rejects.toMatchObject({ name: "AccessDeniedException" });
  await put(keyPolicy(SRC, { Principal: { AWS: DST }, Action: "kms:DescribeKey", Resource: "*" }));
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
});

test("a key policy may contain only Latin characters, for any Sid", async () => {
  const withSid = (Sid: string) => keyPolicy(SRC, { Sid, Principal: { AWS: DST }, Action: "kms:Decrypt" });
  await expect(put(withSid("Für die Kopie"))).resolves.toBeDefined();
  await expect(put(withSid("複製"))).rejects.toMatchObject({ name: "ValidationException" });
});

test("a statement with another Effect is malformed", async () => {
  const policy = keyPolicy(SRC, { Effect: "Permit", Principal: { AWS: DST }, Action: "kms:Decrypt" });
  await expect(put(policy)).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
});
