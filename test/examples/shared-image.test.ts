import { Testing } from "cdktf";
import { ImageKeyStack, SharedImageWorkersStack } from "../../examples/shared-image";
import { onlyResource, policyOf, type Synthesised } from "../_helpers/synthesised";

const KEY = "arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const synthesised = (stack: ImageKeyStack | SharedImageWorkersStack) =>
  JSON.parse(Testing.synth(stack)) as Synthesised;

test("the images' key allows the workers' account to create grants only for its Auto Scaling role", () => {
  const stack = synthesised(new ImageKeyStack(Testing.app(), "images"));
  const { Statement } = policyOf(onlyResource(stack, "aws_kms_key"));
  const [grants, ...others] = Statement.filter(({ Action }) => Action.includes("kms:CreateGrant"));
  expect(others).toEqual([]);
  expect(grants?.Condition?.["StringEquals"]).toEqual({
    "kms:GranteePrincipal": [
      expect.stringMatching(
        /:iam::222222222222:role\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling$/,
      ),
    ],
  });
});

test("the workers' group waits for its grant on the images' key, and its volumes are under the account's own key", () => {
  const stack = synthesised(
    new SharedImageWorkersStack(Testing.app(), "workers", { imageId: "ami-0123456789abcdef0", keyArn: KEY }),
  );
  const [grant = ""] = Object.keys(stack.resource?.["aws_kms_grant"] ?? {});
  const [key = ""] = Object.keys(stack.resource?.["aws_kms_key"] ?? {});
  expect(onlyResource(stack, "aws_kms_grant")).toMatchObject({ key_id: KEY });
  expect(onlyResource(stack, "aws_autoscaling_group")).toMatchObject({
    depends_on: [`aws_kms_grant.${grant}`],
  });
  expect(onlyResource(stack, "aws_launch_template")).toMatchObject({
    block_device_mappings: [{ ebs: { kms_key_id: `\${aws_kms_key.${key}.arn}` } }],
  });
});
