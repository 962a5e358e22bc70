import {
  CreateImageCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { AwsCli, whereTheCliIs } from "./lib/aws-cli";

/** Auto Scaling with an image that another account shares, under that account's key: the manual commands and their order. */

jest.setTimeout(240_000);

const SRC = "111111111111";
const DST = "222222222222";
const REGION = "eu-west-1";
const SERVICE_LINKED_ROLE = `arn:aws:iam::${DST}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
const GRANT = [
  ...["kms", "create-grant", "--grantee-principal", SERVICE_LINKED_ROLE, "--operations"],
  ...[
    "Encrypt",
    "Decrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
  ],
  ...["DescribeKey", "CreateGrant"],
];

whereTheCliIs(describe)("Auto Scaling on another account's key, with the AWS CLI", () => {
  let cloud: Rehearsal;
  let dst: AwsCli;
  let key: string;
  let image: string;
  const kms = () => administrator(cloud.url, SRC, REGION).kms;
  const allow = (createGrant: object) =>
    kms().send(new PutKeyPolicyCommand({ KeyId: key, Policy: JSON.stringify(policyWith(createGrant)) }));

  beforeAll(async () => {
    cloud = await startRehearsal({ port: 0 });
    dst = new AwsCli(cloud.url, DST, REGION);
    const { ec2 } = administrator(cloud.url, SRC, REGION);
    key = (await kms().send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    const x86 = [{ Name: "architecture", Values: ["x86_64"] }];
    const [base] =
      (await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"], Filters: x86 }))).Images ?? [];
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: base?.ImageId,
        InstanceType: "t3.micro",
        MinCount: 1,
        MaxCount: 1,
        BlockDeviceMappings: [{ DeviceName: base?.RootDeviceName, Ebs: { Encrypted: true, KmsKeyId: key } }],
      }),
    );
    await cloud.clock.advance(300);
    const InstanceId = Instances?.[0]?.InstanceId;
    const made = await ec2.send(new CreateImageCommand({ InstanceId, Name: "web", NoReboot: true }));
    image = made.ImageId ?? "";
    await cloud.clock.advance(3600);
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [image] }));
    const SnapshotId = Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
    const permission = { Attribute: "createVolumePermission", OperationType: "add", UserIds: [DST] } as const;
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, ...permission, UserIds: [DST] }));
    await ec2.send(
      new ModifyImageAttributeCommand({ ImageId: image, LaunchPermission: { Add: [{ UserId: DST }] } }),
    );
    await allow({ Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } });
    await dst.run("iam", "create-service-linked-role", "--aws-service-name", "autoscaling.amazonaws.com");
    await dst.run(
      ...["ec2", "create-launch-template", "--launch-template-name", "web", "--launch-template-data"],
      JSON.stringify({ ImageId: image, InstanceType: "t3.micro" }),
    );
    await dst.run(
      ...["autoscaling", "create-auto-scaling-group", "--auto-scaling-group-name", "web"],
      ...["--launch-template", "LaunchTemplateName=web", "--availability-zones", `${REGION}a`],
      ...["--min-size", "1", "--max-size", "1"],
    );
    await cloud.clock.advance(300);
  });
  afterAll(() => cloud.stop());

  test("without a grant for the service-linked role the launch fails, and the activity shows the reason", async () => {
    const { Activities } = await dst.run(
      ...["autoscaling", "describe-scaling-activities", "--auto-scaling-group-name", "web"],
    );
    // The group retries repeatedly: its newest activity may be an attempt that has not failed yet.
    const ended = Activities.find(({ EndTime }: { EndTime?: string }) => EndTime !== undefined);
    expect(["Failed", "Cancelled"]).toContain(ended?.StatusCode);
    expect(ended?.StatusMessage).toContain("Client.InternalError: Client error on launch");
  });

  test("a key policy that allows only AWS services to create grants denies this grant", async () => {
    const refused = await dst.refusal(...GRANT, "--key-id", key);
    expect(refused.code).toBe("AccessDeniedException");
    expect(refused.message).toContain("not authorized to perform: kms:CreateGrant");
  });

  test("with CreateGrant allowed for the group's account, a grant that is created there lets the group launch", async () => {
    await allow({});
    await dst.run(...GRANT, "--key-id", key);
    await cloud.clock.advance(3600);
    const { AutoScalingGroups } = await dst.run(
      ...["autoscaling", "describe-auto-scaling-groups", "--auto-scaling-group-names", "web"],
    );
    expect(AutoScalingGroups[0].Instances).toMatchObject([{ LifecycleState: "InService" }]);
  });
});

/** A key policy: the owner's statement, use of the key by the other account, and CreateGrant with `createGrant` added. */
function policyWith(createGrant: object): object {
  const root = (id: string) => ({ AWS: `arn:aws:iam::${id}:root` });
  const use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
  const theirs = { Effect: "Allow", Principal: root(DST), Resource: "*" };
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "Owner", Effect: "Allow", Principal: root(SRC), Action: "kms:*", Resource: "*" },
      { Sid: "Use", ...theirs, Action: use },
      { Sid: "Grants", ...theirs, Action: "kms:CreateGrant", ...createGrant },
    ],
  };
}
