import { Testing } from "cdktf";
import { GrantedRolesStack } from "../../examples/granted-roles";
import { onlyResource, policyOf, resources, type Synthesised } from "../_helpers/synthesised";

test("each grant to a role adds both the resource policy and the role policy that the access needs", () => {
  const stack = JSON.parse(
    Testing.synth(
      new GrantedRolesStack(Testing.app(), "granted", {
        partnerRoleArn: "arn:aws:iam::111111111111:role/reader",
        partnerKeyArn: "arn:aws:kms:eu-central-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      }),
    ),
  ) as Synthesised;
  const policies = resources(stack, "aws_iam_role_policy");
  expect(
    policies.map((policy) => [policy["provider"], policyOf(policy).Statement.map(({ Sid }) => Sid)]),
  ).toEqual([
    [
      undefined,
      [
        "DecryptUnderKeys",
        "DescribeKeysOfVolumes",
        "GrantKeysToEbs",
        "UseKeysThroughEbs",
        "ListObjects",
        "ReadObjects",
        "PutObjects",
        "DecryptObjects",
        "EncryptObjects",
      ],
    ],
    [undefined, ["DecryptUnderKeys"]],
    ["aws.partner", ["DecryptUnderKeys"]],
  ]);
  expect(new Set(policies.map(({ name }) => name)).size).toBe(3);
  const keyPolicy = policyOf(onlyResource(stack, "aws_kms_key")).Statement;
  expect(keyPolicy.find(({ Sid }) => Sid === "RolesDecrypt")).toEqual({
    Sid: "RolesDecrypt",
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::111111111111:root"] },
    Action: ["kms:Decrypt"],
    Resource: ["*"],
    Condition: { ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/reader"] } },
  });
  expect(stack.output?.["for-the-owner-of-the-key"]).toMatchObject({
    value: [{ sid: "RolesDecrypt", principal: { AWS: ["arn:aws:iam::222222222222:root"] } }],
  });
});
