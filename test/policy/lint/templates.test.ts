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
  test("has each policy checked where it is written, with values of parameters and pseudo parameters", () => {
    const [policy, ...others] = reportOf(TEMPLATE).policies;
    expect(others).toEqual([]);
    expect(policy).toMatchObject({ name: "HomeKey KeyPolicy", kind: "key", unresolved: [] });
    const [finding, ...more] = policy?.findings ?? [];
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ rule: "kms-star-to-another-account", statement: "Other", line: 19 });
    expect(finding?.what).toContain("arn:aws:iam::210987654321:root");
  });

  test("says the same in JSON as in YAML", () => {
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
  ])("tells no mistake of a principal that only the deployment knows: %s", (Effect, Action) => {
    const statement = { Sid: "Later", Effect, Principal: { AWS: { Ref: "Who" } }, Action, Resource: "*" };
    expect(mistakes(keyTemplate(statement))).toEqual([]);
    const known = { ...statement, Principal: { AWS: "arn:aws:iam::123456789012:root" } };
    expect(mistakes(keyTemplate(known)).length > 0).toBe(Effect === "Deny");
    const [policy] = reportOf(keyTemplate(statement)).policies;
    expect(policy?.unresolved).toEqual(["Statement[1].Principal.AWS"]);
    expect(fileText(reportOf(keyTemplate(statement)), "t")).toContain(
      "not checked, because only the deployment knows the value: Statement[1].Principal.AWS",
    );
  });

  test("still reports the mistakes in the rest of a document with such a value", () => {
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

  test("counts a statement under a condition as there, and AWS::NoValue as absent", () => {
    const other = { Effect: "Allow", Principal: { AWS: "210987654321" }, Action: "kms:*", Resource: "*" };
    const none = { Ref: "AWS::NoValue" };
    const expected = ["Key KeyPolicy Statement[1].Principal.AWS: kms-star-to-another-account"];
    expect(mistakes(keyTemplate({ "Fn::If": ["Shared", other, none] }))).toEqual(expected);
    expect(mistakes(keyTemplate(none, { "Fn::If": ["Shared", none, other] }))).toEqual(expected);
    expect(mistakes(keyTemplate(none))).toEqual([]);
  });

  test("names roles by Ref and GetAtt, and their inline policies one by one", () => {
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

  test("has the policies of every module checked by the kinds of their resources", () => {
    expect(reportOf(plan).policies.map(({ name, kind }) => [name, kind])).toEqual([
      ["aws_iam_role.r assume_role_policy", "trust"],
      ["aws_kms_key.home policy", "key"],
      ["module.m.aws_s3_bucket_policy.b policy", "bucket"],
    ]);
    expect(mistakes(plan)).toEqual([
      "module.m.aws_s3_bucket_policy.b policy Statement[0].Action: s3-action-resource",
    ]);
  });

  test("says which policies are known only after the apply", () => {
    expect(reportOf(plan).unread.map(({ name }) => name)).toEqual([
      "aws_iam_role.r inline_policy[0]",
      "aws_iam_role_policy.p policy",
    ]);
  });

  test("has a key's own ARN to check against, where the key exists", () => {
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
])("a file of Terraform's other forms is answered with what to hand over instead: %j", (text, fix) => {
  expect(otherForm(text)?.fix).toContain(fix);
});

test.each(["", "{}", "[]", '{"Statement": []}', "Resources: {}", "a: [", "- !Ref"])(
  "a text that is neither is left to the policy's own reader: %j",
  (text) => {
    expect(policiesIn(text)).toBeUndefined();
    expect(otherForm(text)).toBeUndefined();
  },
);

describe("a text that no template is", () => {
  const inKey = (text: string) => `Resources: {K: {Type: "AWS::KMS::Key", Properties: {KeyPolicy: ${text}}}}`;

  test.each([
    ["nests too deeply", inKey("[".repeat(20_000)), "nests them deeper than 200"],
    ["nests lists in one line", `Resources:\n  ${"- ".repeat(20_000)}`, "nests them deeper than 200"],
    [
      "stands for too many values by its anchors",
      `${anchors(40)}\n${inKey("*a40")}`,
      "more than 50000 values",
    ],
    ["has an anchor inside itself", `Resources: &r {K: *r}`, "nests them deeper than 200"],
    ["has a tab where spaces must stand", "Resources:\n\tK: 1", "line 2:1"],
  ])("is refused with its place, not read for ever: it %s", (_what, text, said) => {
    expect(policiesIn(text)).toBeUndefined();
    expect(otherForm(text)?.what).toContain(
      "it looks like a CloudFormation template, and cannot be read: line ",
    );
    expect(otherForm(text)?.what).toContain(said);
  });
});

/** Each anchor stands for two of the one before. */
function anchors(count: number): string {
  const more = Array.from({ length: count }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`);
  return ["a0: &a0 [x]", ...more].join("\n");
}
