import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { ServiceLinkedRoleGrant, type ServiceLinkedRoleGrantProps } from "../../../constructs";
import { LAUNCH_OPERATIONS } from "../../../policy";
import { onlyResource, synthesisedScope } from "../../_helpers/synthesised";

const KEY = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const PROPS: ServiceLinkedRoleGrantProps = {
  grantName: "workers",
  keyArn: KEY,
  grantee: { awsServiceName: "autoscaling.amazonaws.com" },
};

function synthesised(props: Partial<ServiceLinkedRoleGrantProps> = {}) {
  return synthesisedScope((scope) => {
    new ServiceLinkedRoleGrant(scope, "grant", { ...PROPS, ...props });
  });
}

/** Replaces Terraform expressions by the account and partition that Terraform reads during a plan. */
const read = (text: unknown) =>
  String(text)
    .replace(/\$\{data\.aws_partition[^}]+\}/, "aws")
    .replace(/\$\{data\.aws_caller_identity[^}]+\}/, "222222222222");
const granteeOf = (props: Partial<ServiceLinkedRoleGrantProps>) =>
  read(onlyResource(synthesised(props), "aws_kms_grant")["grantee_principal"]);

test("allows the operations that AWS documents for a launch, and is retired by the account that created it", () => {
  const grant = onlyResource(synthesised(), "aws_kms_grant");
  expect(grant).toMatchObject({
    name: "workers",
    key_id: KEY,
    operations: [...LAUNCH_OPERATIONS],
    retire_on_delete: true,
  });
  expect(read(grant["retiring_principal"])).toBe("arn:aws:iam::222222222222:root");
});

test.each([
  [{ awsServiceName: "autoscaling.amazonaws.com" }, "AWSServiceRoleForAutoScaling"],
  [
    { awsServiceName: "autoscaling.amazonaws.com", customSuffix: "batch" },
    "AWSServiceRoleForAutoScaling_batch",
  ],
  [{ awsServiceName: "ec2fleet.amazonaws.com" }, "AWSServiceRoleForEC2Fleet"],
  [{ awsServiceName: "spot.amazonaws.com" }, "AWSServiceRoleForEC2Spot"],
  [{ awsServiceName: "spotfleet.amazonaws.com" }, "AWSServiceRoleForEC2SpotFleet"],
] as const)("%j is the role %s of the provider's account", (grantee, name) => {
  expect(granteeOf({ grantee })).toBe(
    `arn:aws:iam::222222222222:role/aws-service-role/${grantee.awsServiceName}/${name}`,
  );
});

test("uses the given provider to create the grant and to read its account", () => {
  const stack = synthesisedScope((scope) => {
    const provider = new AwsProvider(scope, "aws", { region: "eu-west-1", alias: "workers" });
    new ServiceLinkedRoleGrant(scope, "grant", { ...PROPS, provider });
  });
  expect(onlyResource(stack, "aws_kms_grant")["provider"]).toBe("aws.workers");
  for (const type of ["aws_caller_identity", "aws_partition"])
    expect(Object.values(stack.data?.[type] ?? {})).toEqual([
      expect.objectContaining({ provider: "aws.workers" }),
    ]);
});

test("can allow fewer operations", () => {
  const operations = ["Decrypt", "CreateGrant"] as const;
  expect(onlyResource(synthesised({ operations }), "aws_kms_grant")["operations"]).toEqual(operations);
});

test.each<[Partial<ServiceLinkedRoleGrantProps>, string]>([
  [{ grantName: "with space" }, 'grantName is "with space"'],
  [{ keyArn: KEY.replace("key/", "alias/") }, "allowed is the ARN of a key, not of an alias"],
  [{ keyArn: "1234abcd-12ab-34cd-56ef-1234567890ab" }, "allowed is the ARN of a key, not of an alias"],
  [{ operations: [] }, "operations is []"],
  [{ operations: ["RetireGrant" as "Decrypt"] }, "operations is [RetireGrant]"],
  [
    { grantee: { awsServiceName: "eks.amazonaws.com" as "spot.amazonaws.com" } },
    'awsServiceName is "eks.amazonaws.com", allowed is one of autoscaling.amazonaws.com',
  ],
  [
    { grantee: { awsServiceName: "spot.amazonaws.com", customSuffix: "batch" } },
    'customSuffix is "batch", allowed is none for spot.amazonaws.com',
  ],
  [
    { grantee: { awsServiceName: "autoscaling.amazonaws.com", customSuffix: "a/b" } },
    'customSuffix is "a/b"',
  ],
])("fails for %j", (props, message) => {
  expect(() => synthesised(props)).toThrow(message);
});
