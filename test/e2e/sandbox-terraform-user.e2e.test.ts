import path from "node:path";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { TerraformDirectory } from "./lib/terraform-directory";

jest.setTimeout(600_000);

const ACCOUNT = "111111111111";
const REGION = "eu-west-1";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/deploy`;
const AS_SESSION = `deploy_role=${ROLE}`;

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const LOG_GROUP = arn("logs", "log-group:/aws/lambda/orders");
const FUNCTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/orders-function`;

/** The permissions that the deployment of the stack needs. */
const ALLOWED: Readonly<Record<string, string | readonly string[]>> = {
  "sqs:*": arn("sqs", "orders"),
  "sns:*": arn("sns", "orders"),
  "sns:*Subscri*": "*",
  "dynamodb:*": arn("dynamodb", "table/orders"),
  "logs:*": [`${LOG_GROUP}:*`, LOG_GROUP],
  "logs:DescribeLogGroups": "*",
  "lambda:*": arn("lambda", "function:orders"),
  "iam:*": FUNCTION_ROLE,
  "ec2:*": arn("ec2", "*"),
  "ec2:Describe*": "*",
};

const policy = (statements: readonly object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });

let cloud: Rehearsal;
let directory: TerraformDirectory;
const defects: unknown[] = [];
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, onDefect: (error) => defects.push(error) });
  const env = { ...process.env, AWS_ENDPOINT_URL: cloud.url };
  directory = await TerraformDirectory.of(path.join(__dirname, "lib/terraform/user"), env);
  const { iam } = administrator(cloud.url, ACCOUNT, REGION);
  const trust = policy([{ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" }]);
  await iam.send(new CreateRoleCommand({ RoleName: "deploy", AssumeRolePolicyDocument: trust }));
  const document = policy(Object.entries(ALLOWED).map(([Action, Resource]) => ({ Action, Resource })));
  await iam.send(
    new PutRolePolicyCommand({ RoleName: "deploy", PolicyName: "deploy", PolicyDocument: document }),
  );
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
});

test("a role session deploys a user's own stack, an administrator's plan of it is empty, and it can be destroyed", async () => {
  await directory.apply(AS_SESSION);
  expect(await directory.changes(AS_SESSION)).toEqual([]);
  expect(await directory.changes()).toEqual([]);

  const beyond = ["-auto-approve", "-target=aws_dynamodb_table.beyond", "-var=beyond=true"];
  expect(await directory.failure("apply", ...beyond, `-var=${AS_SESSION}`)).toContain(
    `AccessDeniedException: User: arn:aws:sts::${ACCOUNT}:assumed-role/deploy/`,
  );

  expect(await directory.destroy(AS_SESSION)).toContain("Destroy complete!");
  expect(defects).toEqual([]);
});
