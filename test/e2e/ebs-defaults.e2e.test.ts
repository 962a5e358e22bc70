import {
  CreateVolumeCommand,
  DescribeVolumesCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { Administrators, deployFoundation, makeImage } from "../_helpers/virtual";
import { ACME } from "../_helpers/topologies";
import type { TopologyInput } from "../../topology";
import { copiesOf, keyArn, keysOf, ownImages, sharedWith, withoutKeyStatements } from "./lib/cloud-state";
import { rehearse, type Rehearsal } from "./lib/rehearsal";

const TOPOLOGY: TopologyInput = {
  ...ACME,
  name: "defaults",
  accounts: { ...ACME.accounts, builder: { id: "111111111111", ebsDefaults: true } },
};
const TRANSIT = "alias/keyferry/defaults/transit";
const ROWS = ["DefaultKeyGrantsToEbs", "DefaultKeyMakesVolumes", "DefaultKeyUses"];

jest.setTimeout(240_000);

let cloud: Rehearsal;
let admins: Administrators;
/** A principal in the builder's account whose IAM policy allows only EC2 and no KMS actions. */
let developer: EC2Client;

const builder = () => admins.of("111111111111", "eu-west-1");

beforeAll(async () => {
  cloud = await rehearse(TOPOLOGY, 600);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, cloud.topology);
  const { ec2 } = builder();
  await ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: await keyArn(builder(), TRANSIT) }));
  await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
  developer = await sessionOf("developer", "ec2:*");
});

afterAll(() => cloud.stop());

async function sessionOf(RoleName: string, Action: string): Promise<EC2Client> {
  const { iam } = builder();
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const Principal = { AWS: "arn:aws:iam::111111111111:root" };
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }),
    }),
  );
  const PolicyDocument = policy({ Effect: "Allow", Action, Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "work", PolicyDocument }));
  const common = { endpoint: cloud.url, region: "eu-west-1" };
  const sts = new STSClient({
    ...common,
    credentials: { accessKeyId: "111111111111", secretAccessKey: "rehearsal" },
  });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::111111111111:role/${RoleName}`, RoleSessionName: "test" }),
  );
  return new EC2Client({
    ...common,
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
}

/** A volume that the developer creates without naming a key; undefined if EC2 fails to create it. */
async function madeVolume() {
  const { VolumeId = "" } = await developer.send(
    new CreateVolumeCommand({ AvailabilityZone: "eu-west-1a", Size: 1 }),
  );
  await cloud.clock.advance(600);
  const { Volumes = [] } = await builder().ec2.send(new DescribeVolumesCommand({}));
  return Volumes.find((volume) => volume.VolumeId === VolumeId && volume.State === "available");
}

test("a principal that may use EC2 creates volumes under the default key without KMS permissions", async () => {
  expect(await madeVolume()).toMatchObject({ Encrypted: true, KmsKeyId: await keyArn(builder(), TRANSIT) });
});

test("without the key policy's statements for a default key, no volume is created", async () => {
  await withoutKeyStatements(builder(), await keyArn(builder(), TRANSIT), ROWS, async () => {
    expect(await madeVolume()).toBeUndefined();
  });
});

test("an image that is created under the default key is copied without a transit copy", async () => {
  const from = cloud.topology.rules[0]?.from;
  if (from === undefined) throw new TypeError("no rule");
  const source = await makeImage({ cloudClock: cloud.clock }, admins, from, "web-1", [{ sizeGiB: 1 }]);
  const images = await ownImages(builder());
  expect(await keysOf(builder(), images[0])).toEqual([await keyArn(builder(), TRANSIT)]);
  const plan = await cloud.keyferry("plan", "--json");
  const { rules } = JSON.parse(plan.stdout) as { rules: { copies: { role: string }[] }[] };
  expect(rules.flatMap(({ copies }) => copies.map(({ role }) => role))).toEqual(["final", "final"]);
  const { code, stderr } = await cloud.keyferry("run");
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("transit/") });
  for (const [account, region] of [
    ["222222222222", "eu-central-1"],
    ["333333333333", "eu-west-1"],
  ] as const) {
    const admin = admins.of(account, region);
    const [copy] = await copiesOf(admin, source);
    expect(await keysOf(admin, copy)).toEqual([await keyArn(admin, "alias/keyferry/defaults/home")]);
  }
  expect(await ownImages(builder())).toHaveLength(1);
  for (const image of await ownImages(builder())) expect(await sharedWith(builder(), image)).toEqual([]);
});

test("doctor finds the EBS defaults as the topology declares them", async () => {
  const { code, stdout } = await cloud.keyferry("doctor", "--json");
  expect(code).toBe(0);
  const { findings } = JSON.parse(stdout) as {
    findings: { check: string; subject: string; what: string; advice?: string }[];
  };
  const found = findings.find(
    ({ check, subject }) => check === "ebs-defaults" && subject === "builder eu-west-1",
  );
  expect(found?.what).toContain("encryption by default is on");
  expect(found?.advice).toBeUndefined();
});
