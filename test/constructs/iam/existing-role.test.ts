import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Testing, TerraformStack } from "cdktf";
import {
  BucketGrants,
  CustomerManagedKey,
  EncryptedBucket,
  ExistingRole,
  KeyGrants,
} from "../../../constructs";
import { onlyResource, policyOf, resources, type Synthesised } from "../../_helpers/synthesised";

const HERE = { partition: "aws", account: "111111111111", region: "eu-west-1" };
const KEY = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";

function synthesised(build: (stack: TerraformStack) => void): Synthesised {
  const stack = new TerraformStack(Testing.app(), "app");
  new AwsProvider(stack, "aws", { region: HERE.region });
  build(stack);
  return JSON.parse(Testing.synth(stack)) as Synthesised;
}

const role = (scope: TerraformStack, account = HERE.account) =>
  ExistingRole.fromRoleArn(scope, "role", `arn:aws:iam::${account}:role/team/reader`);
const newKey = (scope: TerraformStack) =>
  new CustomerManagedKey(scope, "key", { alias: "alias/data", description: "data", environment: HERE });
const keyNumber = (n: number) => `${KEY.slice(0, -3)}${String(n).padStart(3, "0")}`;

test("a role without grants gets no policy", () => {
  expect(synthesised((stack) => void role(stack)).resource).toBeUndefined();
});

test("all grants of a role are in one policy, whose statements name each key once", () => {
  const stack = synthesised((scope) => {
    const reader = role(scope);
    for (const arn of [KEY, keyNumber(1), KEY])
      KeyGrants.fromKey(CustomerManagedKey.fromKeyArn(scope, arn)).decrypt(reader);
  });
  const policy = onlyResource(stack, "aws_iam_role_policy");
  expect(policy).toMatchObject({
    role: "reader",
    name: expect.stringMatching(/^grants-app-\w{8}$/) as string,
  });
  expect(policyOf(policy).Statement).toEqual([
    { Sid: "DecryptUnderKeys", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [KEY, keyNumber(1)] },
  ]);
});

test("grants for roles of the key's account do not change the key policy", () => {
  const policies = [true, false].map((isGranted) =>
    policyOf(
      onlyResource(
        synthesised((scope) => {
          const key = newKey(scope);
          if (isGranted) KeyGrants.fromKey(key).encryptDecrypt(role(scope));
        }),
        "aws_kms_key",
      ),
    ),
  );
  expect(policies[0]).toEqual(policies[1]);
});

test("granting objects to a role of another account is refused, and no policy is written", () => {
  const stack = synthesised((scope) => {
    const bucket = new EncryptedBucket(scope, "bucket", {
      ...{ bucketName: "acme-documents", encryptionKey: newKey(scope), environment: HERE },
    });
    expect(() => BucketGrants.fromBucket(bucket).read(role(scope, "222222222222"))).toThrow(
      "app/bucket: arn:aws:iam::222222222222:role/team/reader belongs to another account than the bucket, which is in 111111111111",
    );
  });
  expect(resources(stack, "aws_iam_role_policy")).toEqual([]);
});

test("grants that exceed the size of a role's inline policies are refused", () => {
  synthesised((scope) => {
    const reader = role(scope);
    const grant = () => {
      for (let n = 0; n < 200; n++)
        KeyGrants.fromKey(CustomerManagedKey.fromKeyArn(scope, keyNumber(n))).decrypt(reader);
    };
    expect(grant).toThrow(/app\/role: grants is so many that .* characters long, allowed is at most 10240/);
  });
});

test.each([
  ["arn:aws:iam::111111111111:user/reader", {}, "roleArn is"],
  ["reader", {}, "roleArn is"],
  ["arn:aws:iam::111111111111:role/reader", { policyName: "with space" }, "policyName is"],
])("%s with %j is refused", (roleArn, options, words) => {
  synthesised((scope) => {
    expect(() => ExistingRole.fromRoleArn(scope, "role", roleArn, options)).toThrow(words);
  });
});
