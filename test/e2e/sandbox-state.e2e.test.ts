import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetRoleCommand,
  ListPoliciesCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateDBClusterCommand, DescribeDBClustersCommand, RDSClient } from "@aws-sdk/client-rds";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  AddTagsToResourceCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { gunzipSync, gzipSync } from "node:zlib";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";

jest.setTimeout(240_000);

const SRC = "111111111111";
const DST = "222222222222";
const REGION = "us-east-1";
const ROLE = { RoleName: "runner" };
const READ_ONLY = { PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
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
    rds: new RDSClient(settings),
    autoScaling: new AutoScalingClient(settings),
  };
};

/** Resources that moto stores and identifies by its own IDs. */
async function idsIn(cloud: Rehearsal) {
  const { ec2, iam, rds } = clientsOf(cloud);
  const { DBClusters } = await rds.send(new DescribeDBClustersCommand({}));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const { LaunchTemplates } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
  return {
    clusters: DBClusters?.map(({ DbClusterResourceId, KmsKeyId }) => [DbClusterResourceId, KmsKeyId]),
    role: (await iam.send(new GetRoleCommand(ROLE))).Role?.RoleId,
    attached: (await iam.send(new GetPolicyCommand(READ_ONLY))).Policy,
    fromAws: (await iam.send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 1000 }))).Policies?.length,
    subnets: Subnets?.map(({ SubnetId }) => SubnetId).sort(),
    templates: LaunchTemplates?.map(({ LaunchTemplateId }) => LaunchTemplateId),
  };
}

let cloud: Rehearsal;
let dump: Buffer;
let before: Awaited<ReturnType<typeof idsIn>>;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0 });
  const { ec2, iam, kms, rds, s3, ssm } = clientsOf(cloud);
  const LaunchTemplateData = { InstanceType: "t3.micro" } as const;
  await iam.send(new CreateRoleCommand({ ...ROLE, AssumeRolePolicyDocument: TRUST }));
  await iam.send(new AttachRolePolicyCommand({ ...ROLE, ...READ_ONLY }));
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "web", LaunchTemplateData }));
  await s3.send(new CreateBucketCommand(BUCKET));
  await s3.send(new PutObjectCommand({ ...BUCKET, Key: "a/b", Body: "content" }));
  await ssm.send(new PutParameterCommand({ Name: "/images/web", Value: "none", Type: "String" }));
  const master = { MasterUsername: "orders", MasterUserPassword: "rehearsal-only" };
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await rds.send(
    new CreateDBClusterCommand({
      KmsKeyId: KeyMetadata?.Arn,
      DBClusterIdentifier: "orders",
      Engine: "aurora-postgresql",
      StorageEncrypted: true,
      ...master,
    }),
  );
  before = await idsIn(cloud);
  dump = await cloud.dump();
});
afterAll(() => cloud.stop());

test("a reset leaves nothing in moto and frees its bucket names", async () => {
  await cloud.reset();
  await clientsOf(cloud).s3.send(new CreateBucketCommand(BUCKET));
  await cloud.reset();
  await expect(clientsOf(cloud).iam.send(new GetRoleCommand(ROLE))).rejects.toThrow("not found");
});

test.each([
  ["the same cloud", async () => (await cloud.load(dump), cloud)],
  ["another cloud", () => startRehearsal({ port: 0, state: dump })],
])(
  "%s continues from the dump, with its IDs, objects and parameters, and can be changed",
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

test("AWS managed policies have the same ID in every account, and each account its own attachments", async () => {
  await cloud.load(dump);
  const policyIn = async (account: string) =>
    (await administrator(cloud.url, account, REGION).iam.send(new GetPolicyCommand(READ_ONLY))).Policy;
  const [own, other] = [await policyIn(SRC), await policyIn(DST)];
  expect(other?.PolicyId).toBe(own?.PolicyId);
  expect([own?.AttachmentCount, other?.AttachmentCount]).toEqual([1, 0]);
});

test("a file that is not a dump is refused, and the cloud does not change", async () => {
  await cloud.load(dump);
  await expect(cloud.load(Buffer.from("no dump"))).rejects.toMatchObject({ code: "DumpNotReadable" });
  expect(await idsIn(cloud)).toEqual(before);
});

/** The dump with moto's part changed. */
const forged = (change: (nodes: unknown[], root: [number]) => void): Buffer => {
  const file = JSON.parse(gunzipSync(dump).toString());
  change(file.moto.nodes, file.moto.root);
  return gzipSync(JSON.stringify(file));
};
/** A dump with a node in place of every service's state. */
const smuggled = (...node: readonly unknown[]): Buffer =>
  forged((nodes, [root]) => {
    nodes.push(node);
    nodes[root] = ["dict", [["ec2", [nodes.length - 1]]]];
  });

test.each<[string, () => Buffer]>([
  [
    "a server of moto",
    () => smuggled("object", "moto.moto_server.threaded_moto_server:ThreadedMotoServer", [], null, null),
  ],
  ["a class of Python", () => smuggled("object", "subprocess:Popen", [], null, null)],
  ["a class as an attribute's factory", () => smuggled("default", [0], "nothing")],
  ["a function to call", () => smuggled("function", "os", "system", 1)],
  [
    "a function with parameters",
    () => smuggled("function", "moto.core.utils", "camelcase_to_underscores", 1),
  ],
  ["a method that is not a filter", () => smuggled("method", [0], "start")],
  [
    "an attribute with a reserved name",
    () => smuggled("object", "moto.ec2.models:EC2Backend", [["__class__", 1]], null, null),
  ],
  ["another service's state", () => smuggled("object", "moto.iam.models:IAMBackend", [], null, null)],
  ["an unknown kind", () => smuggled("reduce", "os:system", ["true"])],
  ["a reference to nothing", () => smuggled("list", [[1_000_000]])],
  [
    "a pickle",
    () => forged((nodes) => nodes.splice(0, nodes.length, "gASVAAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOULg==")),
  ],
  ["a chain that has no end", () => forged((nodes, [root]) => (nodes[root] = ["tuple", [[root]]]))],
])("a state that contains %s is refused, and the cloud does not change", async (_what, file) => {
  await cloud.load(dump);
  await expect(cloud.load(file())).rejects.toMatchObject({ code: "MotoStateNotReadable" });
  expect(await idsIn(cloud)).toEqual(before);
});

test("pending work continues in another cloud: a launch, a group with its role, and an image", async () => {
  await cloud.reset();
  const { ec2, autoScaling } = clientsOf(cloud);
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const ImageId = Images?.find(({ Architecture }) => Architecture === "x86_64")?.ImageId;
  const one = { ImageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 } as const;
  const { Instances: [first] = [] } = await ec2.send(new RunInstancesCommand(one));
  await cloud.clock.advance(60);
  await ec2.send(new CreateImageCommand({ InstanceId: first?.InstanceId, Name: "under-way" }));
  await ec2.send(new RunInstancesCommand(one));
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: "web",
      LaunchTemplateData: { ImageId, InstanceType: "t3.micro" },
    }),
  );
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: "web",
      LaunchTemplate: { LaunchTemplateName: "web" },
      MinSize: 2,
      MaxSize: 2,
      VPCZoneIdentifier: Subnets?.[0]?.SubnetId,
    }),
  );
  await cloud.clock.advance(3);
  const other = await startRehearsal({ port: 0, state: await cloud.dump() });
  try {
    const ended = [await endOf(cloud), await endOf(other)];
    expect(ended[0]).toEqual({
      images: ["available"],
      instances: ["running", "running", "running", "running"],
      members: ["InService", "InService"],
      activities: ["Successful", "Successful"],
    });
    expect(ended[1]).toEqual(ended[0]);
  } finally {
    await other.stop();
  }
});

/** The states of everything ten minutes later. */
async function endOf(rehearsal: Rehearsal) {
  await rehearsal.clock.advance(600);
  const { ec2, autoScaling } = clientsOf(rehearsal);
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
  const { AutoScalingGroups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  const { Activities } = await autoScaling.send(new DescribeScalingActivitiesCommand({}));
  return {
    images: Images?.map(({ State }) => State),
    instances: Reservations?.flatMap(({ Instances }) => Instances?.map(({ State }) => State?.Name)),
    members: AutoScalingGroups?.[0]?.Instances?.map(({ LifecycleState }) => LifecycleState),
    activities: Activities?.map(({ StatusCode }) => StatusCode),
  };
}
