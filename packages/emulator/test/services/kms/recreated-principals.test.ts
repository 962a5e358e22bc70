import {
  CreateGrantCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { administratorOf, SRC, startTestCloud, trusting, type TestCloud } from "../../lib/cloud";
import { createKey, keyPolicy } from "./lib";

let cloud: TestCloud;
let kms: KMSClient;
let KeyId: string;
let role: string;
beforeEach(async () => {
  cloud = await startTestCloud();
  kms = cloud.kms(administratorOf(SRC));
  ({ KeyId } = await createKey(cloud));
  role = addRole();
});
afterEach(() => cloud.stop());

/** The role, or a later one with the same name. */
function addRole(): string {
  return cloud.moto.addRole(SRC, "runner", { trust: trusting(SRC) });
}

async function recreate(): Promise<void> {
  addRole();
  cloud.forgetIdentities();
}

const describe = async () =>
  cloud.kms(await cloud.session(SRC, role)).send(new DescribeKeyCommand({ KeyId }));
const naming = () => keyPolicy(SRC, { Principal: { AWS: role }, Action: "kms:DescribeKey", Resource: "*" });
const put = (Policy: string) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
const denied = { name: "AccessDeniedException" };

test("a role that is deleted and created again is not the one that the key policy names", async () => {
  await put(naming());
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
  await recreate();
  await expect(describe()).rejects.toMatchObject(denied);

  const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  expect(Policy).toMatch(/"AWS": "AROA\w+"/);
  expect(Policy).not.toContain(role);
});

test("the policy as AWS then shows it cannot be set again; when it names the new role, the role is allowed", async () => {
  await put(naming());
  await recreate();
  const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  await expect(put(Policy)).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: "Policy contains a statement with one or more invalid principals.",
  });
  await put(naming());
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
});

test("a policy that names the account and has a condition on the role's ARN allows the new role", async () => {
  await put(
    keyPolicy(SRC, {
      Principal: { AWS: "*" },
      Action: "kms:DescribeKey",
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": role } },
    }),
  );
  await recreate();
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
});

test("a grant becomes ineffective with its grantee, and shows its unique id; a new one is a separate grant", async () => {
  const grant = () =>
    kms.send(
      new CreateGrantCommand({ KeyId, Name: "g", GranteePrincipal: role, Operations: ["DescribeKey"] }),
    );
  const first = await grant();
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
  await recreate();
  await expect(describe()).rejects.toMatchObject(denied);
  const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
  expect(Grants).toMatchObject([{ GranteePrincipal: expect.stringMatching(/^AROA/) }]);

  expect((await grant()).GrantId).not.toBe(first.GrantId);
  await expect(describe()).resolves.toHaveProperty("KeyMetadata");
});

test("a retiring principal that was created again may not retire", async () => {
  const administrator = `arn:aws:iam::${SRC}:user/administrator`;
  const { GrantId } = await kms.send(
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal: administrator,
      RetiringPrincipal: role,
      Operations: ["Encrypt"],
    }),
  );
  const retirable = () => kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: role }));
  expect((await retirable()).Grants).toMatchObject([{ GrantId }]);
  await recreate();
  expect((await retirable()).Grants).toEqual([]);
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  const retire = new RetireGrantCommand({ KeyId: KeyMetadata?.Arn, GrantId });
  await expect(cloud.kms(await cloud.session(SRC, role)).send(retire)).rejects.toMatchObject(denied);
});
