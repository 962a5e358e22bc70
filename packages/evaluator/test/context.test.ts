import { principalArn } from "../context";

const session = "arn:aws-cn:sts::222222222222:assumed-role/runner/copy";

test("a session is identified by its role's ARN, including the path", () => {
  const roleArn = "arn:aws-cn:iam::222222222222:role/team/runner";
  expect(principalArn({ kind: "assumed-role", account: "222222222222", arn: session, roleArn })).toBe(
    roleArn,
  );
});

test("a session whose role is not given is identified by a role without a path, in its own partition", () => {
  expect(principalArn({ kind: "assumed-role", account: "222222222222", arn: session })).toBe(
    "arn:aws-cn:iam::222222222222:role/runner",
  );
});
