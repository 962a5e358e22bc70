import { RunnerRole, type KeyReference, type RunnerRoleProps, type Statement } from "../../../constructs";
import { onlyResource, policyOf, resources, synthesisedScope } from "../../_helpers/synthesised";

const TRUST: Statement = {
  sid: "OperatorMayRun",
  effect: "Allow",
  principal: { AWS: ["arn:aws:iam::111111111111:root"] },
  actions: ["sts:AssumeRole"],
};

function useOf(count: number): Statement {
  const resources = Array.from({ length: count }, (_, i): KeyReference => {
    return { account: "222222222222", region: "eu-west-1", alias: `alias/k${i}` };
  });
  return { sid: "UseKeys", effect: "Allow", actions: ["kms:Decrypt"], resources };
}

/** The shortest token that Terraform writes in place of an ARN of 75 characters. */
const tokenLike = (key: KeyReference) => ({ keyArn: `\${${key.alias}}` });

function synthesised(props: Partial<RunnerRoleProps> = {}) {
  return synthesisedScope(
    (scope) =>
      new RunnerRole(scope, "runner", {
        roleName: "keyferry-acme-runner",
        trust: [TRUST],
        policy: [useOf(1)],
        keyOf: (key) => ({ keyArn: `arn:aws:kms:${key.region}:${key.account}:key/1` }),
        ...props,
      }),
  );
}

test("the role's policy names the key's ARN, and only trusted principals may assume the role", () => {
  const stack = synthesised();
  expect(policyOf(onlyResource(stack, "aws_iam_role_policy")).Statement).toEqual([
    {
      Sid: "UseKeys",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: ["arn:aws:kms:eu-west-1:222222222222:key/1"],
    },
  ]);
  expect(policyOf(onlyResource(stack, "aws_iam_role"), "assume_role_policy").Statement).toEqual([
    {
      Sid: "OperatorMayRun",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111111111111:root"] },
      Action: ["sts:AssumeRole"],
    },
  ]);
});

test("the maximum session duration is one hour by default", () => {
  expect(onlyResource(synthesised(), "aws_iam_role")).toMatchObject({ max_session_duration: 3600 });
  const longer = synthesised({ maxSessionDurationSeconds: 43_200 });
  expect(onlyResource(longer, "aws_iam_role")).toMatchObject({ max_session_duration: 43_200 });
});

test("an IAM policy variable is escaped for Terraform", () => {
  const policy: Statement = {
    sid: "Own",
    effect: "Allow",
    actions: ["s3:GetObject"],
    resources: ["arn:aws:s3:::b/${aws:PrincipalAccount}/*"],
  };
  expect(onlyResource(synthesised({ policy: [policy] }), "aws_iam_role_policy")["policy"]).toContain(
    "$${aws:PrincipalAccount}",
  );
});

test("permissions that fit are in one inline policy", () => {
  const stack = synthesised({ policy: [useOf(100)] });
  expect(resources(stack, "aws_iam_policy")).toHaveLength(0);
});

test("permissions that do not fit into the inline policy go into managed policies, measured with ARNs and not with tokens", () => {
  const stack = synthesised({ policy: [useOf(100), { ...useOf(100), sid: "Second" }], keyOf: tokenLike });
  const managed = resources(stack, "aws_iam_policy");
  expect(managed.length).toBeGreaterThan(0);
  expect(resources(stack, "aws_iam_role_policy_attachment")).toHaveLength(managed.length);
  const statements = [onlyResource(stack, "aws_iam_role_policy"), ...managed].flatMap(
    (body) => policyOf(body).Statement,
  );
  expect(new Set(statements.map((statement) => statement.Sid)).size).toBe(statements.length);
  expect(statements.flatMap((statement) => statement.Resource)).toHaveLength(200);
});

test("rejects more permissions than a role can have, and names their size", () => {
  expect(() => synthesised({ policy: [useOf(2_000)] })).toThrow(
    /policy is 1\d{5} characters long, allowed is at most 71680 characters/,
  );
});

test("rejects a trust policy that is too long", () => {
  const trust = Array.from({ length: 20 }, (_, i) => ({ ...TRUST, sid: `Operator${i}` }));
  expect(() => synthesised({ trust })).toThrow(/trust is \d+ characters long, allowed is at most 2048/);
});

test.each([
  [{ roleName: "no spaces" }, 'roleName is "no spaces"'],
  [{ maxSessionDurationSeconds: 3_599 }, "a whole number from 3600 to 43200 seconds"],
  [{ maxSessionDurationSeconds: 43_201 }, "a whole number from 3600 to 43200 seconds"],
])("fails for %j", (props, message) => {
  expect(() => synthesised(props)).toThrow(message);
});
