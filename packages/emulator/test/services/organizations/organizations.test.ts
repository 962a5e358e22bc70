import {
  EC2Client,
  CopyImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  ListAliasesCommand,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import { administratorOf, DST, policy, REGION, SRC, startTestCloud, type TestCloud } from "../../lib/cloud";

const MANAGEMENT = "999999999999";
const OUTSIDE = "333333333333";
const ID = "o-a1b2c3d4e5";
const UNIT = "ou-ab12-11111111";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

/** One organisation: SRC in a unit, DST at the root; more as given. */
async function organize(more: object = {}): Promise<any> {
  const organization = {
    management: MANAGEMENT,
    id: ID,
    accounts: [DST],
    units: [{ name: "workloads", id: UNIT, accounts: [SRC] }],
    ...more,
  };
  const answer = await cloud.control("PUT", "organizations", { organizations: [organization] });
  expect(answer.status).toBe(200);
  return answer.organizations[0];
}

/** A call to Organizations as a client makes it. */
async function organizations(account: string, operation: string, input: object = {}): Promise<any> {
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/organizations/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSOrganizationsV20161128.${operation}`,
    },
    body: JSON.stringify(input),
  });
  return response.json();
}

const listKeys = (account: string) => cloud.kms(administratorOf(account)).send(new ListKeysCommand({}));
const denied = (text: string) => ({ name: "AccessDeniedException", message: expect.stringContaining(text) });

describe("a key policy that names", () => {
  const look = async (Condition: object, account: string) => {
    const own = { Effect: "Allow", Principal: { AWS: OUTSIDE }, Action: "kms:*", Resource: "*" };
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [own, { ...own, Principal: "*", Action: "kms:DescribeKey", Condition }],
    });
    const key = await cloud.kms(administratorOf(OUTSIDE)).send(new CreateKeyCommand({ Policy }));
    return cloud.kms(administratorOf(account)).send(new DescribeKeyCommand({ KeyId: key.KeyMetadata?.Arn }));
  };

  test("an organisation allows its accounts, and no others", async () => {
    await organize();
    const condition = { StringEquals: { "aws:PrincipalOrgID": ID } };
    await expect(look(condition, SRC)).resolves.toHaveProperty("KeyMetadata");
    await expect(look(condition, "444444444444")).rejects.toMatchObject({ name: "AccessDeniedException" });
    await cloud.control("PUT", "organizations", { organizations: [] });
    await expect(look(condition, SRC)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  test("a unit's path allows the unit's accounts, and not those next to it", async () => {
    const { root } = await organize();
    const path = `${ID}/${root}/${UNIT}/`;
    const condition = { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": [`${path}*`] } };
    await expect(look(condition, SRC)).resolves.toHaveProperty("KeyMetadata");
    await expect(look(condition, DST)).rejects.toMatchObject({ name: "AccessDeniedException" });
  });
});

test("an identity policy can restrict its principal to the organisation's resources", async () => {
  const session = async (account: string) => {
    const Condition = { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } };
    const everything = policy({ Action: "kms:*", Resource: "*", Condition });
    const trust = policy({ Principal: { AWS: account }, Action: "sts:AssumeRole" });
    const role = cloud.moto.addRole(account, "bound", { trust, policies: { everything } });
    return cloud.kms(await cloud.session(account, role));
  };
  await organize();
  const open = policy({ Principal: "*", Action: "kms:*", Resource: "*" });
  const key = async (account: string) => {
    const made = new CreateKeyCommand({ Policy: JSON.stringify(open) });
    return (await cloud.kms(administratorOf(account)).send(made)).KeyMetadata?.Arn;
  };
  const [inside, outside] = [await key(DST), await key(OUTSIDE)];
  const caller = await session(SRC);
  await expect(caller.send(new DescribeKeyCommand({ KeyId: inside }))).resolves.toHaveProperty("KeyMetadata");
  await expect(caller.send(new DescribeKeyCommand({ KeyId: outside }))).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

describe("a service control policy", () => {
  const deny = {
    ...policy({ Action: "kms:ListKeys", Resource: "*" }),
    Statement: [{ Effect: "Deny", Action: "kms:ListKeys", Resource: "*" }],
  };

  test("that denies applies to the accounts of its target, regardless of their policies", async () => {
    await organize({ serviceControlPolicies: [{ name: "no-keys", document: deny, targets: ["workloads"] }] });
    await expect(listKeys(SRC)).rejects.toMatchObject(
      denied("not authorized to perform: kms:ListKeys with an explicit deny in a service control policy"),
    );
    await expect(listKeys(DST)).resolves.toHaveProperty("Keys");
  });

  test("does not apply to the management account", async () => {
    await organize({ serviceControlPolicies: [{ name: "no-keys", document: deny, targets: ["root"] }] });
    await expect(listKeys(DST)).rejects.toMatchObject(denied("service control policy"));
    await expect(listKeys(MANAGEMENT)).resolves.toHaveProperty("Keys");
  });

  test("that allows little instead of FullAWSAccess leaves nothing else", async () => {
    const document = policy({ Action: "kms:ListAliases", Resource: "*" });
    await organize({ serviceControlPolicies: [{ name: "little", document, targets: [SRC] }] });
    const detached = await organizations(MANAGEMENT, "DetachPolicy", {
      PolicyId: "p-FullAWSAccess",
      TargetId: SRC,
    });
    expect(detached).toEqual({});
    await expect(listKeys(SRC)).rejects.toMatchObject(
      denied("because no service control policy allows the kms:ListKeys action"),
    );
    const kms = cloud.kms(administratorOf(SRC));
    await expect(kms.send(new ListAliasesCommand({}))).resolves.toHaveProperty("Aliases");
  });
});

test("a resource control policy applies to the resources of its target's accounts, for every caller", async () => {
  const document = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "kms:DescribeKey",
        Resource: "*",
        Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": ID } },
      },
    ],
  };
  await organize({ resourceControlPolicies: [{ name: "perimeter", document, targets: ["root"] }] });
  const open = JSON.stringify(policy({ Principal: "*", Action: "kms:*", Resource: "*" }));
  const made = await cloud.kms(administratorOf(DST)).send(new CreateKeyCommand({ Policy: open }));
  const look = (account: string) =>
    cloud.kms(administratorOf(account)).send(new DescribeKeyCommand({ KeyId: made.KeyMetadata?.Arn }));
  await expect(look(SRC)).resolves.toHaveProperty("KeyMetadata");
  await expect(look(OUTSIDE)).rejects.toMatchObject(
    denied("with an explicit deny in a resource control policy"),
  );
});

describe("an image that is shared", () => {
  const images = (account: string, ImageId: string) =>
    cloud
      .client(EC2Client, administratorOf(account))
      .send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
  const absent = { name: "InvalidAMIID.NotFound" };
  let ImageId: string;
  beforeEach(async () => {
    const ec2 = cloud.client(EC2Client, administratorOf(OUTSIDE));
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1 }));
    await cloud.clock.advance(60);
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await cloud.clock.advance(3600);
    const BlockDeviceMappings = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }];
    const made = await ec2.send(
      new RegisterImageCommand({
        Name: "web",
        RootDeviceName: "/dev/xvda",
        Architecture: "x86_64",
        BlockDeviceMappings,
      }),
    );
    ImageId = made.ImageId ?? "";
  });
  const share = (permission: object) =>
    cloud
      .client(EC2Client, administratorOf(OUTSIDE))
      .send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: permission }));

  test("with an organisation is visible to its accounts, until one leaves", async () => {
    const { arn } = await organize();
    await expect(images(SRC, ImageId)).rejects.toMatchObject(absent);
    await share({ Add: [{ OrganizationArn: arn }] });
    await expect(images(SRC, ImageId)).resolves.toMatchObject({ Images: [{ ImageId }] });
    await expect(images("444444444444", ImageId)).rejects.toMatchObject(absent);
    await organize({ accounts: [], units: [{ name: "workloads", id: UNIT, accounts: [SRC] }] });
    await expect(images(DST, ImageId)).rejects.toMatchObject(absent);
  });

  test("with a unit is visible only in the unit, and is not copied without its snapshot", async () => {
    const { units } = await organize();
    await share({ Add: [{ OrganizationalUnitArn: units[0].arn }] });
    await expect(images(SRC, ImageId)).resolves.toMatchObject({ Images: [{ ImageId }] });
    await expect(images(DST, ImageId)).rejects.toMatchObject(absent);
    const copy = new CopyImageCommand({ Name: "copy", SourceImageId: ImageId, SourceRegion: REGION });
    await expect(cloud.client(EC2Client, administratorOf(SRC)).send(copy)).rejects.toMatchObject({
      message: "You do not have permission to access the storage of this ami",
    });
  });
});

test("the API creates an organisation with units and policies, and returns them", async () => {
  const { Organization } = await organizations(SRC, "CreateOrganization", { FeatureSet: "ALL" });
  expect(Organization.Arn).toBe(`arn:aws:organizations::${SRC}:organization/${Organization.Id}`);
  const [root] = (await organizations(SRC, "ListRoots")).Roots;
  const made = await organizations(SRC, "CreateOrganizationalUnit", { ParentId: root.Id, Name: "workloads" });
  const moved = { AccountId: SRC, SourceParentId: root.Id, DestinationParentId: made.OrganizationalUnit.Id };
  expect(await organizations(SRC, "MoveAccount", moved)).toEqual({});
  expect((await organizations(SRC, "ListParents", { ChildId: SRC })).Parents).toEqual([
    { Id: made.OrganizationalUnit.Id, Type: "ORGANIZATIONAL_UNIT" },
  ]);

  const Type = "SERVICE_CONTROL_POLICY";
  await organizations(SRC, "EnablePolicyType", { RootId: root.Id, PolicyType: Type });
  const Content = JSON.stringify(policy({ Action: "*", Resource: "*" }));
  const { Policy } = await organizations(SRC, "CreatePolicy", {
    Type,
    Name: "all",
    Description: "",
    Content,
  });
  const PolicyId = Policy.PolicySummary.Id;
  await organizations(SRC, "AttachPolicy", { PolicyId, TargetId: root.Id });
  const { Targets } = await organizations(SRC, "ListTargetsForPolicy", { PolicyId });
  expect(Targets).toEqual([{ TargetId: root.Id, Arn: root.Arn, Name: "Root", Type: "ROOT" }]);
  expect(await organizations(SRC, "DeletePolicy", { PolicyId })).toMatchObject({
    __type: "PolicyInUseException",
  });
});

test.each([
  [OUTSIDE, "DescribeOrganization", {}, "AWSOrganizationsNotInUseException"],
  [SRC, "ListAccounts", {}, "AccessDeniedException"],
  [MANAGEMENT, "CreateOrganization", {}, "AlreadyInOrganizationException"],
  [MANAGEMENT, "DescribeAccount", { AccountId: OUTSIDE }, "AccountNotFoundException"],
  [MANAGEMENT, "AttachPolicy", { PolicyId: "p-none", TargetId: SRC }, "PolicyNotFoundException"],
  [
    MANAGEMENT,
    "AttachPolicy",
    { PolicyId: "p-FullAWSAccess", TargetId: SRC },
    "PolicyTypeNotEnabledException",
  ],
  [
    MANAGEMENT,
    "CreatePolicy",
    { Type: "SERVICE_CONTROL_POLICY", Name: "x", Content: "{" },
    "MalformedPolicyDocumentException",
  ],
  [MANAGEMENT, "CreateAccount", { AccountName: "x", Email: "x@example.com" }, "UnsupportedOperation"],
] as const)("%s's %s of %j is refused with %#", async (account, operation, input, code) => {
  await organize();
  expect(await organizations(account, operation, input)).toMatchObject({ __type: code });
});

test("members and the management account see the organisation; a member sees nothing else", async () => {
  await organize();
  for (const account of [SRC, MANAGEMENT])
    expect((await organizations(account, "DescribeOrganization")).Organization.Id).toBe(ID);
});

test("a description with errors reports all of them and changes nothing", async () => {
  await organize();
  const bad = {
    management: OUTSIDE,
    accounts: ["12"],
    units: [{ accounts: [] }],
    serviceControlPolicies: [
      { name: "x", document: { Statement: [{ Effect: "Perhaps" }] }, targets: [] },
      { name: "y", document: policy({ Action: "*", Resource: "*" }), targets: ["nowhere"] },
    ],
  };
  const answer = await cloud.control("PUT", "organizations", {
    organizations: [bad, { management: OUTSIDE }],
  });
  expect(answer.status).toBe(400);
  for (const part of [
    "accounts[0] must be 12 digits",
    "units[0].name",
    "document is not a policy",
    "nowhere",
    "in an organisation already",
  ])
    expect(answer.error).toContain(part);
  expect((await cloud.control("GET", "organizations")).organizations).toMatchObject([{ id: ID }]);
});

test("a dump contains the organisations", async () => {
  await organize({
    serviceControlPolicies: [
      { name: "none", document: policy({ Action: "sts:*", Resource: "*" }), targets: [] },
    ],
  });
  const state = (await cloud.control("GET", "state")) as Buffer;
  await cloud.control("POST", "reset");
  expect((await cloud.control("GET", "organizations")).organizations).toEqual([]);
  await cloud.control("PUT", "state", state);
  expect((await cloud.control("GET", "organizations")).organizations).toMatchObject([{ id: ID }]);
});
