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

test("a key rotates, and waits for its deletion as long as AWS allows, unless told otherwise", () => {
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

test("the key policy is written as AWS reads it, and refuses the deletion of the key to everybody", () => {
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

describe("a key that is retained, as every key unless told otherwise", () => {
  test("can be neither destroyed nor replaced by a plan", () => {
    expect(keyOf()).toMatchObject({ lifecycle: { prevent_destroy: true } });
  });

  test("has AWS's default key policy and the guard, where no policy is given", () => {
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

  test("has the guard once, also where its policy has it already", () => {
    const { Statement } = policyOf(keyOf({ policy: [OWN_ACCOUNT, DELETION_GUARD] }));
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["Own", GUARD.Sid]);
  });
});

describe("a key that may be destroyed", () => {
  test("has AWS's default key policy where none is given", () => {
    const key = keyOf({ removalPolicy: "destroy" });
    expect(key).not.toHaveProperty("policy");
    expect(key).not.toHaveProperty("lifecycle");
  });

  test("has no guard, so that a policy that had it once can be deployed without", () => {
    const policy = [OWN_ACCOUNT, DELETION_GUARD];
    const { Statement } = policyOf(keyOf({ removalPolicy: "destroy", policy }));
    expect(Statement.map(({ Sid }) => Sid)).toEqual(["Own"]);
  });
});

test("a key can be disabled, and is enabled unless told so", () => {
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

test("a key that exists is read, not made", () => {
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

test("fails for a key policy that is longer than KMS takes, and names its length", () => {
  const policy = Array.from({ length: 400 }, (_, i) => ({
    ...OWN_ACCOUNT,
    sid: `Account${i}`,
  }));
  expect(() => synthesised({ policy })).toThrow(
    /policy is \d+ characters long, allowed is at most 32768 characters/,
  );
});

test("fails for a key policy that speaks of another key", () => {
  const other = { account: "111111111111", region: "eu-west-1", alias: "alias/other" };
  expect(() => synthesised({ policy: [{ ...OWN_ACCOUNT, resources: [other] }] })).toThrow(
    "not of 111111111111/eu-west-1/alias/other",
  );
});
