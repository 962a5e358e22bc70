import {
  EC2Client,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { IAMClient, CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  TagResourceCommand,
  type CreateGrantCommandOutput,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { LAGGING } from "../lag";
import {
  administratorOf,
  DST,
  policy,
  REGION,
  SRC,
  startTestCloud,
  trusting,
  type TestCloud,
} from "./lib/cloud";

const LAG = 5;
let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud({ consistencyLag: LAG });
});
afterEach(() => cloud.stop());

const outcome = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "allowed",
    (error: Error) => error.name,
  );
const open = policy({ Principal: { AWS: [SRC, DST] }, Action: "kms:*", Resource: "*" });

describe("a key", () => {
  let owner: KMSClient;
  let KeyId: string;
  beforeEach(async () => {
    owner = cloud.kms(administratorOf(SRC));
    KeyId = (await owner.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  });

  test("is not found at first, although writes to it succeed", async () => {
    const look = () => outcome(owner.send(new DescribeKeyCommand({ KeyId })));
    await owner.send(new CreateAliasCommand({ AliasName: "alias/new", TargetKeyId: KeyId }));

    expect(await look()).toBe("NotFoundException");
    await cloud.clock.advance(LAG);
    expect(await look()).toBe("allowed");
    const byAlias = new EncryptCommand({ KeyId: "alias/new", Plaintext: Buffer.from("text") });
    await expect(owner.send(byAlias)).resolves.toMatchObject({ KeyId });
  });

  test("is used under its old policy during the lag", async () => {
    await cloud.clock.advance(LAG);
    await owner.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(open) }));
    const look = () => outcome(cloud.kms(administratorOf(DST)).send(new DescribeKeyCommand({ KeyId })));

    expect(await look()).toBe("AccessDeniedException");
    await cloud.clock.advance(LAG);
    expect(await look()).toBe("allowed");
  });

  test("is used in its old state", async () => {
    await cloud.clock.advance(LAG);
    await owner.send(new DisableKeyCommand({ KeyId }));
    const use = () => outcome(owner.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("text") })));

    expect(await use()).toBe("allowed");
    await cloud.clock.advance(LAG);
    expect(await use()).toBe("DisabledException");
  });

  test("is authorised with its old tags", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/open": "yes" } };
    const tagged = {
      Effect: "Allow",
      Principal: { AWS: DST },
      Action: "kms:DescribeKey",
      Resource: "*",
      Condition,
    };
    const Policy = JSON.stringify({
      ...open,
      Statement: [{ ...open.Statement[0], Principal: { AWS: SRC } }, tagged],
    });
    await owner.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    await cloud.clock.advance(LAG);
    await owner.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: "open", TagValue: "yes" }] }));
    const look = () => outcome(cloud.kms(administratorOf(DST)).send(new DescribeKeyCommand({ KeyId })));

    expect(await look()).toBe("AccessDeniedException");
    await cloud.clock.advance(LAG);
    expect(await look()).toBe("allowed");
  });

  test("is found by EC2 immediately, which uses it under its old policy and grants", async () => {
    const { keys, identities } = cloud.composition.cloud;
    const credential = { ...administratorOf(DST), service: "ec2", region: REGION };
    const caller = await identities.authenticate(credential);
    const ask = async () => {
      const key = keys.find(KeyId, DST, REGION);
      return key && (await keys.allows(caller, "kms:CreateGrant", key, { service: "ec2" })).allowed;
    };
    expect(await ask()).toBe(false);
    await cloud.clock.advance(LAG);
    await owner.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(open) }));
    expect(await ask()).toBe(false);
    await cloud.clock.advance(LAG);
    expect(await ask()).toBe(true);
  });

  describe("with a new grant", () => {
    let grant: CreateGrantCommandOutput;
    let grantee: KMSClient;
    beforeEach(async () => {
      const role = cloud.moto.addRole(DST, "user", { trust: trusting(DST) });
      grantee = cloud.kms(await cloud.session(DST, role));
      await cloud.clock.advance(LAG);
      const Operations = ["DescribeKey", "Encrypt", "CreateGrant", "RetireGrant"] as const;
      grant = await owner.send(
        new CreateGrantCommand({ KeyId, GranteePrincipal: role, Operations: [...Operations] }),
      );
    });
    const look = (GrantTokens?: string[]) =>
      outcome(grantee.send(new DescribeKeyCommand({ KeyId, GrantTokens })));

    test("accepts it immediately with its token, and otherwise after the lag", async () => {
      expect(await look()).toBe("AccessDeniedException");
      expect(await look([grant.GrantToken ?? ""])).toBe("allowed");
      const encrypt = { KeyId, Plaintext: Buffer.from("text") };
      const GrantTokens = [grant.GrantToken ?? ""];
      expect(await outcome(grantee.send(new EncryptCommand(encrypt)))).toBe("AccessDeniedException");
      expect(await outcome(grantee.send(new EncryptCommand({ ...encrypt, GrantTokens })))).toBe("allowed");
      await cloud.clock.advance(LAG);
      expect(await look()).toBe("allowed");
    });

    test("denies access with the token of another key's grant", async () => {
      const other = (await owner.send(new CreateKeyCommand({}))).KeyMetadata?.Arn;
      await cloud.clock.advance(LAG);
      const there = await owner.send(
        new CreateGrantCommand({
          KeyId: other,
          GranteePrincipal: `arn:aws:iam::${DST}:role/user`,
          Operations: ["DescribeKey"],
        }),
      );
      await owner.send(new RetireGrantCommand({ KeyId, GrantId: grant.GrantId }));
      await cloud.clock.advance(LAG);
      expect(await look([there.GrantToken ?? ""])).toBe("AccessDeniedException");
    });

    test("lets its grantee delegate it with only the token", async () => {
      const handOn = (GrantTokens?: string[]) =>
        outcome(
          grantee.send(
            new CreateGrantCommand({
              KeyId,
              GranteePrincipal: `arn:aws:iam::${DST}:root`,
              Operations: ["DescribeKey"],
              GrantTokens,
            }),
          ),
        );
      expect(await handOn()).toBe("AccessDeniedException");
      expect(await handOn([grant.GrantToken ?? ""])).toBe("allowed");
    });

    test("still accepts it during the lag after it is retired", async () => {
      await cloud.clock.advance(LAG);
      await grantee.send(new RetireGrantCommand({ KeyId, GrantId: grant.GrantId }));
      expect(await look()).toBe("allowed");
      await cloud.clock.advance(LAG);
      expect(await look()).toBe("AccessDeniedException");
    });
  });
});

test("an AWS managed key exists immediately", async () => {
  const KeyId = "alias/aws/ebs";
  const owner = cloud.kms(administratorOf(SRC));
  const first = await owner.send(new DescribeKeyCommand({ KeyId }));
  await cloud.clock.advance(LAG);
  const second = await owner.send(new DescribeKeyCommand({ KeyId }));
  expect(second.KeyMetadata?.Arn).toBe(first.KeyMetadata?.Arn);
});

test("a new role cannot be found, assumed or named in a key policy during the lag", async () => {
  const iam = cloud.client(IAMClient, administratorOf(SRC));
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "new",
      AssumeRolePolicyDocument: JSON.stringify(trusting(SRC)),
    }),
  );
  const { KeyMetadata } = await cloud.kms(administratorOf(SRC)).send(new CreateKeyCommand({}));
  const naming = JSON.stringify({
    ...open,
    Statement: [
      ...open.Statement,
      { Effect: "Allow", Principal: { AWS: Role?.Arn }, Action: "kms:Decrypt", Resource: "*" },
    ],
  });
  const put = new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, Policy: naming });
  const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "test" });
  const attempts = async () => [
    await outcome(iam.send(new GetRoleCommand({ RoleName: "new" }))),
    await outcome(cloud.sts(administratorOf(SRC)).send(assume)),
    await outcome(cloud.kms(administratorOf(SRC)).send(put)),
  ];

  expect(await attempts()).toEqual([
    "NoSuchEntityException",
    "AccessDenied",
    "MalformedPolicyDocumentException",
  ]);
  await cloud.clock.advance(LAG);
  expect(await attempts()).toEqual(["allowed", "allowed", "allowed"]);
});

test("a role keeps its old policies during the lag", async () => {
  const role = cloud.moto.addRole(SRC, "user", {
    trust: trusting(SRC),
    policies: { all: policy({ Action: "sts:*", Resource: "*" }) },
  });
  const session = await cloud.session(SRC, role);
  const create = () => outcome(cloud.kms(session).send(new CreateKeyCommand({})));
  expect(await create()).toBe("AccessDeniedException");
  const allow = JSON.stringify(policy({ Action: "kms:*", Resource: "*" }));
  await cloud
    .client(IAMClient, administratorOf(SRC))
    .send(new PutRolePolicyCommand({ RoleName: "user", PolicyName: "keys", PolicyDocument: allow }));

  expect(await create()).toBe("AccessDeniedException");
  await cloud.clock.advance(LAG);
  expect(await create()).toBe("allowed");
});

test("a volume, its states and its tags become visible late, one change after the other", async () => {
  const ec2 = cloud.client(EC2Client, administratorOf(SRC));
  const made = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 1 }));
  const VolumeIds = [made.VolumeId ?? ""];
  const look = () =>
    ec2.send(new DescribeVolumesCommand({ VolumeIds })).then(
      ({ Volumes }) => [Volumes?.[0]?.State, ...(Volumes?.[0]?.Tags ?? []).map(({ Value }) => Value)],
      (error: Error) => error.name,
    );
  expect(await look()).toBe("InvalidVolume.NotFound");
  await cloud.clock.advance(LAG - 1);
  await ec2.send(new CreateTagsCommand({ Resources: VolumeIds, Tags: [{ Key: "team", Value: "web" }] }));
  expect(await look()).toBe("InvalidVolume.NotFound");
  await cloud.clock.advance(1);
  expect(await look()).toEqual(["creating"]);
  const tagged = () =>
    ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: "tag:team", Values: ["web"] }] }));
  expect((await tagged()).Volumes).toEqual([]);
  await cloud.clock.advance(60);
  expect(await look()).toEqual(["available", "web"]);
  expect((await tagged()).Volumes).toHaveLength(1);
});

test("a write finds a resource that was just created", async () => {
  const ec2 = cloud.client(EC2Client, administratorOf(SRC));
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 1 }));
  await expect(ec2.send(new CreateSnapshotCommand({ VolumeId }))).resolves.toMatchObject({ VolumeId });
});

test("a dump contains the current state, and after loading it is visible immediately", async () => {
  const { KeyMetadata } = await cloud.kms(administratorOf(SRC)).send(new CreateKeyCommand({}));
  const state = (await cloud.control("GET", "state")) as Buffer;
  await cloud.control("PUT", "state", state);
  const look = new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId });
  await expect(cloud.kms(administratorOf(SRC)).send(look)).resolves.toMatchObject({
    KeyMetadata: { KeyId: KeyMetadata?.KeyId },
  });
});

test.each([
  ["ec2", "DescribeImages", true],
  ["ec2", "GetEbsDefaultKmsKeyId", true],
  ["ec2", "CopyImage", false],
  ["kms", "Decrypt", true],
  ["kms", "GetPublicKey", true],
  ["kms", "GetParametersForImport", false],
  ["kms", "GenerateRandom", false],
  ["kms", "CreateGrant", false],
])("%s:%s is delayed by the lag: %s", (service, operation, lags) => {
  expect(LAGGING[service]?.reads.test(operation)).toBe(lags);
});
