import {
  CustomerManagedKey,
  DELETION_GUARD,
  type CustomerManagedKeyProps,
  type Statement,
} from "../../../constructs";
import { onlyResource, policyOf, resources, synthesisedScope } from "../../_helpers/synthesised";

const KEY: CustomerManagedKeyProps = { alias: "alias/app-data", description: "application data" };

const OWN_ACCOUNT: Statement = {
  sid: "Own",
  effect: "Allow",
  principal: { AWS: ["arn:aws:iam::111111111111:root"] },
  actions: ["kms:*"],
  resources: ["*"],
};

function synthesised(props: Partial<CustomerManagedKeyProps> = {}) {
  return synthesisedScope((scope) => new CustomerManagedKey(scope, "key", { ...KEY, ...props }));
}

function keyOf(props: Partial<CustomerManagedKeyProps> = {}) {
  return onlyResource(synthesised(props), "aws_kms_key");
}

test("by default a key is rotated and has the longest deletion window", () => {
  expect(keyOf()).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  expect(keyOf({ enableKeyRotation: false })).toMatchObject({ enable_key_rotation: false });
  expect(keyOf({ deletionWindowInDays: 7, rotationPeriodInDays: 90 })).toMatchObject({
    deletion_window_in_days: 7,
    rotation_period_in_days: 90,
  });
});

const GUARD = {
  Sid: "NobodySchedulesDeletion",
  Effect: "Deny",
  Principal: { AWS: ["*"] },
  Action: ["kms:ScheduleKeyDeletion"],
  Resource: ["*"],
};

test("the key policy is written in AWS's form, and denies the deletion of the key to all principals", () => {
  expect(policyOf(keyOf({ policy: [OWN_ACCOUNT] })).Statement).toEqual([
    {
      Sid: "Own",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111111111111:root"] },
      Action: ["kms:*"],
      Resource: ["*"],
    },
    GUARD,
  ]);
});

describe("a key that is retained (the default)", () => {
  test("cannot be destroyed or replaced by a plan", () => {
    expect(keyOf()).toMatchObject({ lifecycle: { prevent_destroy: true } });
  });

  test("has AWS's default key policy and the deletion guard if no policy is given", () => {
    const stack = synthesised();
    const [account] = Object.keys(stack.data?.["aws_caller_identity"] ?? {});
    const [partition] = Object.keys(stack.data?.["aws_partition"] ?? {});
    const root = `arn:\${data.aws_partition.${partition}.partition}:iam::\${data.aws_caller_identity.${account}.account_id}:root`;
    expect(policyOf(onlyResource(stack, "aws_kms_key")).Statement).toEqual([
      {
        Sid: "AccountDecidesByIam",
        Effect: "Allow",
        Principal: { AWS: [root] },
        Action: ["kms:*"],
        Resource: ["*"],
      },
      GUARD,
    ]);
  });

  test("has the deletion guard once, even if its policy already contains it", () => {
    const { Statement } = policyOf(keyOf({ policy: [OWN_ACCOUNT, DELETION_GUARD] }));
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["Own", GUARD.Sid]);
  });
});

describe("a key with removalPolicy destroy", () => {
  test("has AWS's default key policy if none is given", () => {
    const key = keyOf({ removalPolicy: "destroy" });
    expect(key).not.toHaveProperty("policy");
    expect(key).not.toHaveProperty("lifecycle");
  });

  test("has no deletion guard, so that a policy that had it can be deployed without it", () => {
    const policy = [OWN_ACCOUNT, DELETION_GUARD];
    const { Statement } = policyOf(keyOf({ removalPolicy: "destroy", policy }));
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["Own"]);
  });
});

test("a key is enabled by default, and can be disabled", () => {
  expect(keyOf({ enabled: false })).toMatchObject({ is_enabled: false });
  expect(keyOf()).not.toHaveProperty("is_enabled");
});

test("the alias points at the key", () => {
  const stack = synthesised();
  const [id] = Object.keys(stack.resource?.["aws_kms_key"] ?? {});
  expect(onlyResource(stack, "aws_kms_alias")).toMatchObject({
    name: "alias/app-data",
    target_key_id: `\${aws_kms_key.${id}.key_id}`,
  });
});

test("an existing key is read, not created", () => {
  const stack = synthesisedScope((scope) =>
    CustomerManagedKey.fromAlias(scope, "key", { alias: "alias/theirs" }),
  );
  expect(resources(stack, "aws_kms_key")).toHaveLength(0);
  expect(stack.data?.["aws_kms_alias"]).toMatchObject({ key: { name: "alias/theirs" } });
});

test.each([
  [{ deletionWindowInDays: 6 }, "deletionWindowInDays is 6, allowed is a whole number from 7 to 30 days"],
  [{ deletionWindowInDays: 31 }, "deletionWindowInDays is 31, allowed is a whole number from 7 to 30 days"],
  [
    { rotationPeriodInDays: 89 },
    "rotationPeriodInDays is 89, allowed is a whole number from 90 to 2560 days",
  ],
  [
    { rotationPeriodInDays: 2561 },
    "rotationPeriodInDays is 2561, allowed is a whole number from 90 to 2560 days",
  ],
  [{ rotationPeriodInDays: 90.5 }, "rotationPeriodInDays is 90.5"],
  [{ enableKeyRotation: false, rotationPeriodInDays: 90 }, "allowed is none without rotation"],
  [{ alias: "app-data" }, 'alias is "app-data"'],
  [{ alias: "alias/aws/ebs" }, "not alias/aws/"],
])("fails for %j", (props, message) => {
  expect(() => synthesised(props)).toThrow(message);
});

test("rejects a key policy that is longer than KMS accepts, and names its length", () => {
  const policy = Array.from({ length: 400 }, (_, i) => ({
    ...OWN_ACCOUNT,
    sid: `Account${i}`,
  }));
  expect(() => synthesised({ policy })).toThrow(
    /policy is \d+ characters long, allowed is at most 32768 characters/,
  );
});

test("rejects a key policy that refers to another key", () => {
  const other = { account: "111111111111", region: "eu-west-1", alias: "alias/other" };
  expect(() => synthesised({ policy: [{ ...OWN_ACCOUNT, resources: [other] }] })).toThrow(
    "not to 111111111111/eu-west-1/alias/other",
  );
});
