import { EC2Client, DescribeImagesCommand } from "@aws-sdk/client-ec2";
import {
  SSMClient,
  AddTagsToResourceCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
} from "@aws-sdk/client-ssm";
import { administratorOf, DST, policy, startTestCloud, trusting, type TestCloud } from "../lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

const image = (Value: string, more: object = {}) =>
  new PutParameterCommand({ Name: "/images/web", Value, Type: "String", DataType: "aws:ec2:image", ...more });

test("a parameter that names an unknown image is accepted and never stored", async () => {
  const ssm = cloud.client(SSMClient, administratorOf(DST));
  await expect(ssm.send(image("ami-0123456789abcdef0"))).resolves.toMatchObject({ Version: 1 });
  await cloud.clock.advance(60);
  expect(cloud.moto.parameters.size).toBe(0);
});

test("a value that is not an image id is refused immediately", async () => {
  await expect(cloud.client(SSMClient, administratorOf(DST)).send(image("latest"))).rejects.toMatchObject({
    name: "ValidationException",
  });
});

test("an image parameter is not overwritten unless requested", async () => {
  cloud.moto.parameters.set(`${DST}//images/web`, "ami-00000000000000001");
  const ssm = cloud.client(SSMClient, administratorOf(DST));
  await expect(ssm.send(image("ami-0123456789abcdef0"))).rejects.toMatchObject({
    name: "ParameterAlreadyExists",
  });
  await expect(ssm.send(image("ami-0123456789abcdef0", { Overwrite: true }))).resolves.toMatchObject({
    Version: 2,
  });
});

test("other parameters are stored immediately", async () => {
  const put = new PutParameterCommand({ Name: "/plain", Value: "v", Type: "String" });
  await cloud.client(SSMClient, administratorOf(DST)).send(put);
  expect(cloud.moto.parameters.get(`${DST}//plain`)).toBe("v");
});

test("a session reads below its own path and nowhere else", async () => {
  cloud.moto.parameters.set(`${DST}//keyferry/acme/lease`, "x");
  const runner = cloud.moto.addRole(DST, "runner", {
    trust: trusting(DST),
    policies: { p: policy({ Action: "ssm:*", Resource: `arn:aws:ssm:*:${DST}:parameter/keyferry/acme/*` }) },
  });
  const ssm = cloud.client(SSMClient, await cloud.session(DST, runner));

  const found = await ssm.send(new GetParameterCommand({ Name: "/keyferry/acme/lease" }));
  expect(found.Parameter?.Value).toBe("x");
  await expect(ssm.send(new GetParameterCommand({ Name: "/other" }))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: expect.stringContaining(`arn:aws:ssm:eu-west-1:${DST}:parameter/other`),
  });
});

describe("tags of a parameter", () => {
  const Tags = [{ Key: "keyferry:topology", Value: "acme" }];
  const put = (more: object) =>
    new PutParameterCommand({ Name: "/plain", Value: "v", Type: "String", ...more });

  async function ssmOf(actions: readonly string[], Condition = {}) {
    const runner = cloud.moto.addRole(DST, "runner", {
      trust: trusting(DST),
      policies: {
        put: policy({ Action: "ssm:PutParameter", Resource: "*" }),
        tag: policy({ Action: ["ssm:GetParameter", ...actions], Resource: "*", Condition }),
      },
    });
    return cloud.client(SSMClient, await cloud.session(DST, runner));
  }
  const OURS = { StringEquals: { "aws:RequestTag/keyferry:topology": "acme" } };

  test("may be set by the call that creates it, if the caller is allowed AddTagsToResource", async () => {
    const ssm = await ssmOf(["ssm:AddTagsToResource"], OURS);
    await expect(ssm.send(put({ Tags }))).resolves.toMatchObject({ Version: 1 });
    const tag = { ResourceType: "Parameter" as const, ResourceId: "/plain", Tags };
    await expect(ssm.send(new AddTagsToResourceCommand(tag))).resolves.toBeDefined();
  });

  test.each([
    ["without that permission", [], {}, Tags],
    [
      "with another value than the policy requires",
      ["ssm:AddTagsToResource"],
      OURS,
      [{ ...Tags[0], Value: "x" }],
    ],
  ])("are refused %s, and nothing is stored", async (_how, actions, condition, tags) => {
    const ssm = await ssmOf(actions, condition);
    await expect(ssm.send(put({ Tags: tags }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("ssm:AddTagsToResource"),
    });
    const tag = { ResourceType: "Parameter" as const, ResourceId: "/plain", Tags: tags as typeof Tags };
    await expect(ssm.send(new AddTagsToResourceCommand(tag))).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
    expect(cloud.moto.parameters.size).toBe(0);
  });

  test("cannot be given in a call that may overwrite", async () => {
    await expect(
      cloud.client(SSMClient, administratorOf(DST)).send(put({ Tags, Overwrite: true })),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining("AddTagsToResource"),
    });
    expect(cloud.moto.parameters.size).toBe(0);
  });
});

describe("AWS's public parameters", () => {
  const FAMILY = "/aws/service/ami-amazon-linux-latest";
  const NAME = `${FAMILY}/al2023-ami-kernel-default-arm64`;

  test("name existing images, individually, together with others and by their path", async () => {
    cloud.moto.parameters.set(`${DST}//plain`, "v");
    const ssm = cloud.client(SSMClient, administratorOf(DST));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: NAME }));
    const ec2 = cloud.client(EC2Client, administratorOf(DST));
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [Parameter?.Value ?? ""] }));
    expect(Images).toEqual([expect.objectContaining({ Architecture: "arm64", ImageOwnerAlias: "amazon" })]);
    const Names = [NAME, "/plain", `${FAMILY}/none`];
    const several = await ssm.send(new GetParametersCommand({ Names }));
    expect(several.Parameters?.map(({ Name, Value }) => [Name, Value])).toEqual([
      [NAME, Parameter?.Value],
      ["/plain", "v"],
    ]);
    expect(several.InvalidParameters).toEqual([`${FAMILY}/none`]);
    const below = await ssm.send(new GetParametersByPathCommand({ Path: FAMILY }));
    expect(below.Parameters?.map(({ Name }) => Name)).toContain(NAME);
  });

  test("that name no existing image are not found", async () => {
    const ssm = cloud.client(SSMClient, administratorOf(DST));
    const Name = "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base";
    await expect(ssm.send(new GetParameterCommand({ Name }))).rejects.toMatchObject({
      name: "ParameterNotFound",
    });
  });

  test("belong to no account, and policies name them so", async () => {
    const statement = { Action: "ssm:GetParameter", Resource: `arn:aws:ssm:*::parameter${FAMILY}/*` };
    const runner = cloud.moto.addRole(DST, "runner", {
      trust: trusting(DST),
      policies: { p: policy(statement) },
    });
    const ssm = cloud.client(SSMClient, await cloud.session(DST, runner));
    await expect(ssm.send(new GetParameterCommand({ Name: NAME }))).resolves.toBeDefined();
    const Name = "/aws/service/ami-amazon-ecs/none";
    await expect(ssm.send(new GetParameterCommand({ Name }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("arn:aws:ssm:eu-west-1::parameter/aws/service/ami-amazon-ecs/none"),
    });
  });
});
