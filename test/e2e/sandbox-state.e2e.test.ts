import {
  CreateLaunchTemplateCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { AttachRolePolicyCommand, CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  AddTagsToResourceCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";

jest.setTimeout(60_000);

const SRC = "111111111111";
const REGION = "us-east-1";
const ROLE = { RoleName: "runner" };
const BUCKET = { Bucket: "carried-over" };
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: SRC }, Action: "sts:AssumeRole" }],
});

const clientsOf = ({ url: endpoint }: Rehearsal) => {
  const credentials = { accessKeyId: SRC, secretAccessKey: "rehearsal" };
  const settings = { endpoint, region: REGION, credentials };
  return {
    ...administrator(endpoint, SRC, REGION),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    ssm: new SSMClient(settings),
  };
};

/** What moto holds and identifies by ids of its own. */
async function idsIn(cloud: Rehearsal) {
  const { ec2, iam } = clientsOf(cloud);
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
  return {
    role: (await iam.send(new GetRoleCommand(ROLE))).Role?.RoleId,
    subnets: Subnets?.map(({ SubnetId }) => SubnetId).sort(),
    templates: LaunchTemplates?.map(({ LaunchTemplateId }) => LaunchTemplateId),
  };
}

let cloud: Rehearsal;
let dump: Buffer;
let before: Awaited<ReturnType<typeof idsIn>>;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0 });
  const { ec2, iam, s3, ssm } = clientsOf(cloud);
  const LaunchTemplateData = { InstanceType: "t3.micro" } as const;
  await iam.send(new CreateRoleCommand({ ...ROLE, AssumeRolePolicyDocument: TRUST }));
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await iam.send(new AttachRolePolicyCommand({ ...ROLE, PolicyArn }));
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "web", LaunchTemplateData }));
  await s3.send(new CreateBucketCommand(BUCKET));
  await s3.send(new PutObjectCommand({ ...BUCKET, Key: "a/b", Body: "content" }));
  await ssm.send(new PutParameterCommand({ Name: "/images/web", Value: "none", Type: "String" }));
  before = await idsIn(cloud);
  dump = await cloud.dump();
});
afterAll(() => cloud.stop());

test("a reset leaves nothing in moto", async () => {
  await cloud.reset();
  await expect(clientsOf(cloud).iam.send(new GetRoleCommand(ROLE))).rejects.toThrow("not found");
});

test.each([
  ["the same cloud", async () => (await cloud.load(dump), cloud)],
  ["another cloud", () => startRehearsal({ port: 0, state: dump })],
])(
  "%s goes on from the dump: ids, objects and parameters, and can be written to",
  async (_which, prepare) => {
    const prepared = await prepare();
    try {
      const { s3, ssm } = clientsOf(prepared);
      expect(await idsIn(prepared)).toEqual(before);
      const { Body } = await s3.send(new GetObjectCommand({ ...BUCKET, Key: "a/b" }));
      expect(await Body?.transformToString()).toBe("content");
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/images/web" }));
      expect(Parameter?.Value).toBe("none");
      const tags = {
        ResourceType: "Parameter",
        ResourceId: "/images/web",
        Tags: [{ Key: "a", Value: "b" }],
      } as const;
      await ssm.send(new AddTagsToResourceCommand({ ...tags, Tags: [...tags.Tags] }));
    } finally {
      if (prepared !== cloud) await prepared.stop();
    }
  },
);

test("a file that is no dump is refused, and the cloud is as it was", async () => {
  await cloud.load(dump);
  await expect(cloud.load(Buffer.from("no dump"))).rejects.toMatchObject({ code: "DumpNotReadable" });
  expect(await idsIn(cloud)).toEqual(before);
});
