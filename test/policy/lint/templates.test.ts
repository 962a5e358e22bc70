import fs from "node:fs";
import path from "node:path";
import { fileText } from "../../../policy/lint";
import { fileReport, otherForm, policiesIn, type FileReport } from "../../../policy/lint/templates";
import { keyTemplate, TEMPLATE } from "./made-up-template";

function reportOf(text: string): FileReport {
  const file = policiesIn(text);
  if (file === undefined) throw new TypeError("neither a plan nor a template");
  return fileReport(file);
}

/** `HomeKey KeyPolicy Statement[1]: rule`, of every mistake. */
function mistakes(text: string): readonly string[] {
  return reportOf(text).policies.flatMap(({ name, findings }) =>
    findings.map(({ place, rule }) => `${name} ${place}: ${rule}`),
  );
}

describe("a CloudFormation template", () => {
  test("has each policy checked at its place in the template, with values of parameters and pseudo parameters", () => {
    const [policy, ...others] = reportOf(TEMPLATE).policies;
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ name: "HomeKey KeyPolicy", kind: "key", unresolved: [] });
    const [finding, ...more] = policy?.findings ?? [];
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ rule: "kms-star-to-another-account", statement: "Other", line: 19 });
    expect(finding?.what).toContain("arn:aws:iam::210987654321:root");
  });

  test("has the same findings in JSON as in YAML", () => {
    const json = keyTemplate({
      Sid: "Other",
      Effect: "Allow",
      Principal: { AWS: { "Fn::Join": ["", ["arn:aws:iam::", "210987654321", ":root"]] } },
      Action: "kms:*",
      Resource: "*",
    });
    expect(mistakes(json)).toEqual(["Key KeyPolicy Statement[1].Principal.AWS: kms-star-to-another-account"]);
  });

  test.each([
    ["Allow", ["kms:Decrypt"]],
    ["Deny", ["kms:*"]],
  ])("has no finding about a principal that is known only after the deployment: %s", (Effect, Action) => {
    const statement = { Sid: "Later", Effect, Principal: { AWS: { Ref: "Who" } }, Action, Resource: "*" };
    expect(mistakes(keyTemplate(statement))).toEqual([]);
    const known = { ...statement, Principal: { AWS: "arn:aws:iam::123456789012:root" } };
    expect(mistakes(keyTemplate(known)).length > 0).toBe(Effect === "Deny");
    const [policy] = reportOf(keyTemplate(statement)).policies;
    expect(policy?.unresolved).toEqual(["Statement[1].Principal.AWS"]);
    expect(fileText(reportOf(keyTemplate(statement)), "t")).toContain(
      "not checked, because the value is known only after the deployment: Statement[1].Principal.AWS",
    );
  });

  test("still has the findings in the rest of a document with such a value", () => {
    const statement = {
      Effect: "Allow",
      Principal: { AWS: { Ref: "Who" } },
      Action: ["kms:Describe"],
      Resource: "*",
    };
    expect(mistakes(keyTemplate(statement))).toEqual([
      "Key KeyPolicy Statement[1].Action[0]: unknown-action",
    ]);
  });

  test("treats a conditional statement as present, and AWS::NoValue as absent", () => {
    const other = { Effect: "Allow", Principal: { AWS: "210987654321" }, Action: "kms:*", Resource: "*" };
    const none = { Ref: "AWS::NoValue" };
    const expected = ["Key KeyPolicy Statement[1].Principal.AWS: kms-star-to-another-account"];
    expect(mistakes(keyTemplate({ "Fn::If": ["Shared", other, none] }))).toEqual(expected);
    expect(mistakes(keyTemplate(none, { "Fn::If": ["Shared", none, other] }))).toEqual(expected);
    expect(mistakes(keyTemplate(none))).toEqual([]);
  });

  test("resolves Ref and GetAtt, and checks each inline policy of a role separately", () => {
    const document = (action: string) => ({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: action, Resource: { "Fn::GetAtt": ["Key", "Arn"] } }],
    });
    const role = {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: { Statement: [] },
        Policies: [{ PolicyDocument: document("kms:Decrypt") }, { PolicyDocument: document("kms:Decript") }],
      },
    };
    const key = { Type: "AWS::KMS::Key", Properties: {} };
    const text = JSON.stringify({ Resources: { Role: role, Key: key } });
    const { policies } = reportOf(text);
    expect(policies.map(({ name, kind }) => [name, kind])).toEqual([
      ["Role AssumeRolePolicyDocument", "trust"],
      ["Role Policies[0].PolicyDocument", "identity"],
      ["Role Policies[1].PolicyDocument", "identity"],
    ]);
    expect(policies[1]?.findings).toEqual([]);
    expect(policies[2]?.findings.map(({ rule }) => rule)).toEqual(["unknown-action"]);
  });

  test.each([
    [{ "Fn::Select": ["1", ["a", "kms:Decript"]] }, "kms:Decript"],
    [{ "Fn::Select": ["0", { "Fn::Split": [",", "kms:Decript,b"] }] }, "kms:Decript"],
    [{ "Fn::FindInMap": ["M", "a", "b"] }, "kms:Mapped"],
    [{ "Fn::Sub": ["kms:${Name}${!x}", { Name: "De" }] }, "kms:De${x}"],
  ])("resolves %j", (Action, expected) => {
    const template = JSON.parse(
      keyTemplate({ Effect: "Allow", Principal: "*", Action, Resource: "*" }),
    ) as object;
    const text = JSON.stringify({ ...template, Mappings: { M: { a: { b: "kms:Mapped" } } } });
    const document = policiesIn(text)?.policies[0]?.document as { Statement: { Action: unknown }[] };
    expect(document.Statement[1]?.Action).toBe(expected);
  });
});

describe("a Terraform plan", () => {
  const plan = fs.readFileSync(path.join(__dirname, "plans/terraform-plan.json"), "utf8");

  test("has the policies of every module checked by the type of their resource", () => {
    expect(reportOf(plan).policies.map(({ name, kind }) => [name, kind])).toEqual([
      ["aws_iam_role.r assume_role_policy", "trust"],
      ["aws_kms_key.home policy", "key"],
      ["module.m.aws_s3_bucket_policy.b policy", "bucket"],
    ]);
    expect(mistakes(plan)).toEqual([
      "module.m.aws_s3_bucket_policy.b policy Statement[0].Action: s3-action-resource",
    ]);
  });

  test("lists the policies that are known only after the apply", () => {
    expect(reportOf(plan).unread.map(({ name }) => name)).toEqual([
      "aws_iam_role.r inline_policy[0]",
      "aws_iam_role_policy.p policy",
    ]);
  });

  test("of which a tool has kept only the changes has the same policies checked", () => {
    const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
    const after = { assume_role_policy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) };
    const role = { address: "aws_iam_role.r", mode: "managed", type: "aws_iam_role" };
    const removed = {
      ...role,
      address: "aws_iam_role.old",
      change: { actions: ["delete"], before: after, after: null },
    };
    const changes = [{ ...role, change: { actions: ["create"], before: null, after } }, removed];
    expect(mistakes(JSON.stringify({ resource_changes: changes }))).toEqual([
      "aws_iam_role.r assume_role_policy Statement[0].Principal: public-principal",
    ]);
  });

  test("has a key policy checked against the key's ARN, if the key exists", () => {
    const arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const other = {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::444455556666:root" },
      Action: "kms:*",
      Resource: "*",
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [other] });
    const key = (values: object) => ({
      format_version: "1.0",
      values: {
        root_module: {
          resources: [
            { address: "aws_kms_key.k", mode: "managed", type: "aws_kms_key", values: { policy, ...values } },
          ],
        },
      },
    });
    const rule = expect.stringContaining("kms-star-to-another-account");
    expect(mistakes(JSON.stringify(key({ arn })))).toContainEqual(rule);
    expect(mistakes(JSON.stringify(key({})))).not.toContainEqual(rule);
  });
});

test.each([
  ["PK\u0003\u0004\u0000", "terraform show -json PLAN"],
  ['# keys\nresource "aws_kms_key" "home" {\n}', "terraform plan -out PLAN"],
])("for another Terraform file, the fix says what to pass instead: %j", (text, fix) => {
  expect(otherForm(text)?.fix).toContain(fix);
});

test.each(["", "{}", "[]", '{"Statement": []}', "Resources: {}", "a: [", "- !Ref"])(
  "a text that is neither a template nor a plan is left to the policy reader: %j",
  (text) => {
    expect(policiesIn(text)).toBeUndefined();
    expect(otherForm(text)).toBeUndefined();
  },
);

describe("a malformed template", () => {
  const inKey = (text: string) => `Resources: {K: {Type: "AWS::KMS::Key", Properties: {KeyPolicy: ${text}}}}`;

  test.each([
    ["nests too deeply", inKey("[".repeat(20_000)), "nested deeper than 200 levels"],
    ["nests lists in one line", `Resources:\n  ${"- ".repeat(20_000)}`, "nested deeper than 200 levels"],
    ["has too many values through its anchors", `${anchors(40)}\n${inKey("*a40")}`, "more than 50000 values"],
    ["has an anchor inside itself", `Resources: &r {K: *r}`, "nested deeper than 200 levels"],
    ["has a tab instead of spaces", "Resources:\n\tK: 1", "line 2:1"],
  ])("is refused with a position, without endless reading: it %s", (_what, text, said) => {
    expect(policiesIn(text)).toBeUndefined();
    expect(otherForm(text)?.what).toContain(
      "it looks like a CloudFormation template, but cannot be read: line ",
    );
    expect(otherForm(text)?.what).toContain(said);
  });
});

/** Each anchor refers to the previous one twice. */
function anchors(count: number): string {
  const more = Array.from({ length: count }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
  return ["a0: &a0 [x]", ...more].join("\n");
}
