import { ec2Service } from "../../../services/ec2";
import { wildcard } from "../../../services/ec2/filters";
import { flatten } from "../../../services/ec2/input";
import type { Call, Cloud } from "../../../contract";
import { availableImage, callerOf, createBench, IRELAND, share, SRC } from "./lib/bench";

describe("EC2's state", () => {
  it("is plain data at any moment", async () => {
    const bench = createBench();
    await share(bench, await availableImage(bench, bench.addKey(SRC, IRELAND, "k")));
    expect(JSON.parse(JSON.stringify(bench.state))).toEqual(bench.state);
  });
});

describe("EBS defaults", () => {
  it("are set per account and Region, and can be reset", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, IRELAND, "mine");
    const read = async () => [
      (await bench.call(SRC, IRELAND, "GetEbsDefaultKmsKeyId")).kmsKeyId,
      (await bench.call(SRC, IRELAND, "GetEbsEncryptionByDefault")).ebsEncryptionByDefault,
    ];
    expect(await read()).toEqual(["alias/aws/ebs", false]);
    await bench.call(SRC, IRELAND, "ModifyEbsDefaultKmsKeyId", { KmsKeyId: "mine" });
    await bench.call(SRC, IRELAND, "EnableEbsEncryptionByDefault");
    expect(await read()).toEqual([key, true]);
    await bench.call(SRC, IRELAND, "ResetEbsDefaultKmsKeyId");
    await bench.call(SRC, IRELAND, "DisableEbsEncryptionByDefault");
    expect(await read()).toEqual(["alias/aws/ebs", false]);
  });

  it("refuse a key of another Region", async () => {
    const bench = createBench();
    const key = bench.addKey(SRC, "eu-central-1", "elsewhere");
    expect(await bench.refusal(SRC, IRELAND, "ModifyEbsDefaultKmsKeyId", { KmsKeyId: key })).toMatch(
      /^InvalidParameterValue/,
    );
  });
});

describe("operations that moto answers", () => {
  const checks = async (operation: string, input: Call["input"]) => {
    const call: Call = {
      requestId: "r",
      service: "ec2",
      region: IRELAND,
      operation,
      caller: callerOf(SRC),
      input,
    };
    const found = await ec2Service().forwarded[operation]?.(call, {} as Cloud);
    return found?.map(({ action, resource }) => `${action} ${resource}`);
  };

  it("are authorised on their resources, and tagging during creation needs a separate permission", async () => {
    const arn = (resource: string) => `arn:aws:ec2:${IRELAND}:${SRC}:${resource}`;
    expect(await checks("DescribeVpcs", {})).toEqual(["ec2:DescribeVpcs *"]);
    expect(await checks("DeleteVpc", { VpcId: "vpc-1" })).toEqual([`ec2:DeleteVpc ${arn("vpc/vpc-1")}`]);
    const TagSpecification = [{ ResourceType: "vpc", Tag: [{ Key: "a", Value: "b" }] }];
    expect(await checks("CreateVpc", { CidrBlock: "10.0.0.0/16", TagSpecification })).toEqual([
      `ec2:CreateVpc ${arn("vpc/*")}`,
      `ec2:CreateTags ${arn("vpc/*")}`,
    ]);
  });

  it("are limited to the tables: any other operation is refused", () => {
    const { operations, forwarded } = ec2Service();
    for (const operation of ["CreateFpgaImage", "ImportImage"]) {
      expect(operation in operations || operation in forwarded).toBe(false);
    }
  });
});

describe("filter values", () => {
  it.each([
    ["web-*", "web-1", true],
    ["web-*", "my-web-1", false],
    ["web-?", "web-12", false],
    ["a.b", "axb", false],
    ["literally\\*", "literally*", true],
    ["literally\\*", "literally-not", false],
  ])("%s against %s", (pattern, value, expected) => {
    expect(wildcard(pattern).test(value)).toBe(expected);
  });
});

describe("parameters for moto", () => {
  it("are flattened again", () => {
    expect(flatten({ Filter: [{ Name: "a", Value: ["x", "y"] }], Id: "1", None: undefined })).toEqual({
      "Filter.1.Name": "a",
      "Filter.1.Value.1": "x",
      "Filter.1.Value.2": "y",
      Id: "1",
    });
  });
});
