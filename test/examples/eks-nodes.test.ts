import { Testing } from "cdktf";
import { EksNodesStack, NodeImagesKeyStack } from "../../examples/eks-nodes";
import { onlyResource, policyOf, type Synthesised } from "../_helpers/synthesised";

const KEY = "arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const KARPENTER = "arn:aws:iam::222222222222:role/KarpenterController";

function nodes() {
  const stack = new EksNodesStack(Testing.app(), "nodes", {
    clusterName: "workers",
    imageId: "ami-0123456789abcdef0",
    keyArn: KEY,
    nodeRoleArn: "arn:aws:iam::222222222222:role/nodes",
    subnetIds: ["subnet-0123456789abcdef0"],
    userData: "#!/bin/sh\n/etc/eks/bootstrap.sh workers\n",
  });
  return { stack, synthesised: JSON.parse(Testing.synth(stack)) as Synthesised };
}

const ownKey = ({ resource }: Synthesised) =>
  `\${aws_kms_key.${Object.keys(resource?.["aws_kms_key"] ?? {})[0]}.arn}`;

test("the images' key allows grants only for Auto Scaling and Spot, and names Karpenter's controller", () => {
  const stack = JSON.parse(Testing.synth(new NodeImagesKeyStack(Testing.app(), "images"))) as Synthesised;
  const { Statement } = policyOf(onlyResource(stack, "aws_kms_key"));
  const of = (sid: string) => Statement.find(({ Sid }) => Sid === sid)?.Condition;
  expect(of("IssuersGrantToServiceLinkedRoles")?.["StringEquals"]?.["kms:GranteePrincipal"]).toEqual([
    expect.stringMatching(/AWSServiceRoleForAutoScaling$/),
    expect.stringMatching(/AWSServiceRoleForEC2Spot$/),
  ]);
  for (const sid of ["SharingRolesDescribe", "SharingRolesGrant", "SharingRolesUse"])
    expect(of(sid)?.["ArnEquals"]).toEqual({ "aws:PrincipalArn": [KARPENTER] });
});

test("the managed node group waits for both grants, and its volumes are under the account's own key", () => {
  const { synthesised } = nodes();
  const grants = Object.keys(synthesised.resource?.["aws_kms_grant"] ?? {});
  expect(grants).toHaveLength(2);
  expect(onlyResource(synthesised, "aws_eks_node_group")).toMatchObject({
    depends_on: grants.map((name) => `aws_kms_grant.${name}`),
  });
  expect(onlyResource(synthesised, "aws_launch_template")).toMatchObject({
    block_device_mappings: [{ ebs: { encrypted: "true", kms_key_id: ownKey(synthesised) } }],
  });
});

test("Karpenter's controller may use both keys only through EC2, and the volumes of its nodes are under the account's own key", () => {
  const { stack, synthesised } = nodes();
  const policy = policyOf(onlyResource(synthesised, "aws_iam_policy"));
  for (const { Resource, Condition } of policy.Statement) {
    expect(Resource).toEqual([KEY, ownKey(synthesised)]);
    expect(Condition?.["StringEquals"]).toEqual({ "kms:ViaService": "ec2.eu-central-1.amazonaws.com" });
  }
  expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual([
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ]);
  expect(stack.nodeClass).toMatchObject({ amiSelectorTerms: [{ id: "ami-0123456789abcdef0" }] });
});
