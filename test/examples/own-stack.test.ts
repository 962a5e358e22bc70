import { Testing } from "cdktf";
import { BatchWorkersStack } from "../../examples/own-stack";
import { onlyResource, policyOf, type Synthesised } from "../_helpers/synthesised";

test("the constructs work in a stack without a topology", () => {
  const stack = JSON.parse(Testing.synth(new BatchWorkersStack(Testing.app(), "batch"))) as Synthesised;
  const [key] = Object.keys(stack.resource?.["aws_kms_key"] ?? {});
  expect(onlyResource(stack, "aws_launch_template")).toMatchObject({
    block_device_mappings: [{ ebs: { encrypted: "true", kms_key_id: `\${aws_kms_key.${key}.arn}` } }],
  });
  const grants = policyOf(onlyResource(stack, "aws_kms_key")).Statement.filter((statement) =>
    statement.Action.includes("kms:CreateGrant"),
  );
  expect(grants).toMatchObject([
    {
      Condition: {
        ArnEquals: { "aws:PrincipalArn": [expect.stringMatching(/AWSServiceRoleForAutoScaling$/)] },
      },
    },
    { Sid: "DefaultKeyGrantsToEbs" },
  ]);
  expect(onlyResource(stack, "aws_ebs_default_kms_key")).toMatchObject({
    key_arn: `\${aws_kms_key.${key}.arn}`,
  });
  expect(onlyResource(stack, "aws_ebs_encryption_by_default")).toMatchObject({ enabled: true });
});
