import { lintPolicy, lintReport, lintText } from "../../../policy/lint";
import { identity, onKey, OWNER, ROOT } from "./cases/shapes";

const text = (subject: { document: unknown }) => JSON.stringify(subject.document, undefined, 2);
const WRONG = onKey("kms:ReEncrypt").document;
const rules = (document: unknown) => lintPolicy({ document }).map(({ rule }) => rule);

describe("the kind of a policy", () => {
  test.each([
    ["identity", [{ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }]],
    ["key", [OWNER]],
    ["trust", [{ Effect: "Allow", Principal: { AWS: ROOT }, Action: ["sts:AssumeRole", "sts:TagSession"] }]],
    ["bucket", [{ Effect: "Allow", Principal: { AWS: ROOT }, Action: "s3:GetObject", Resource: "*" }]],
    [undefined, [{ Effect: "Allow", Principal: { AWS: ROOT }, Action: "sqs:SendMessage", Resource: "*" }]],
    [undefined, []],
  ])("is detected as %s, with the reason", (kind, statements) => {
    const report = lintReport({ document: { Version: "2012-10-17", Statement: statements } });
    expect(report.kind).toBe(kind);
    expect(report.kindBecause).not.toBe("given");
  });

  test("is the kind that the caller gives", () => {
    expect(lintReport({ document: {}, kind: "trust" })).toMatchObject({
      kind: "trust",
      kindBecause: "given",
    });
  });

  test("decides which rules apply; rules for every kind also apply if the kind is unknown", () => {
    const { verdicts } = lintReport({
      document: { Statement: { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" } },
    });
    expect(verdicts).toMatchObject({ "public-principal": "not-applicable", "policy-version": "fail" });
  });
});

describe("a policy as the AWS CLI prints it", () => {
  test.each([
    ["get-key-policy", { Policy: JSON.stringify(WRONG), PolicyName: "default" }],
    ["get-role-policy", { RoleName: "copier", PolicyDocument: WRONG }],
    ["get-role-policy, not decoded", { PolicyDocument: encodeURIComponent(JSON.stringify(WRONG)) }],
    ["get-policy-version", { PolicyVersion: { Document: WRONG, VersionId: "v1" } }],
    ["get-role", { Role: { Arn: "x", AssumeRolePolicyDocument: WRONG } }],
  ])("is found in the output of %s", (_command, answer) => {
    expect(rules(answer)).toEqual(["kms-reencrypt-action"]);
    expect(rules(JSON.stringify(answer))).toEqual(["kms-reencrypt-action"]);
  });

  test("has findings with places in the policy and lines in the file", () => {
    const [finding] = lintPolicy({ document: JSON.stringify({ PolicyDocument: WRONG }, undefined, 1) });
    expect(finding).toMatchObject({ place: "Statement[0].Action", line: 7, column: 15 });
  });
});

test("a single statement is also checked, and is reported as not a policy", () => {
  const statement = { Effect: "Allow", Action: "kms:ReEncrypt", Resource: "*" };
  expect(rules(statement)).toEqual(expect.arrayContaining(["malformed-policy", "kms-reencrypt-action"]));
  expect(rules([statement])).toEqual(expect.arrayContaining(["malformed-policy", "kms-reencrypt-action"]));
});

test("findings are in the order of the document", () => {
  const found = lintPolicy({
    document: {
      Statement: [
        { Sid: "First", Effect: "Allow", Principal: { AWS: ROOT }, Action: "kms:ReEncrypt", Resource: "*" },
        {
          Sid: "Second",
          Effect: "Allow",
          Principal: { AWS: "<role>" },
          Action: "kms:Decrypt",
          Resource: "*",
        },
      ],
    },
  });
  expect(found.map(({ rule, statement }) => [rule, statement])).toEqual([
    ["policy-version", undefined],
    ["key-lockout", undefined],
    ["kms-reencrypt-action", "First"],
    ["placeholder", "Second"],
  ]);
});

describe("the text of a report", () => {
  test("contains the place, the mistake, the reason and the fix", () => {
    const report = lintReport({
      document: text(identity({ Sid: "Use", Action: ["kms:Decrypt", "kms:ReEncrypt"], Resource: "*" })),
    });
    const lines = lintText(report, "copier.json").split("\n");
    expect(lines[0]).toMatch(/^copier\.json: 2 mistakes; \d+ rules apply \(checked as an identity policy: /);
    expect(lines.filter((line) => !line.startsWith(" ") && line !== "").slice(1)).toEqual([
      "line 9:9, Statement[0].Action[1] (Use): kms:ReEncrypt permits nothing  [kms-reencrypt-action]",
      "line 11:19, Statement[0].Resource (Use): Resource * covers every key  [key-wildcard-resource]",
    ]);
    expect(lines.filter((line) => line.startsWith("  fix: "))).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith("  why: "))).toHaveLength(2);
  });

  test("says that no mistake was found, and how many rules apply", () => {
    expect(lintText(lintReport(onKey("kms:Decrypt")), "-")).toMatch(
      /^-: no mistake found; \d+ rules apply \(checked as an identity policy: given\)$/,
    );
  });

  test("says that the kind is not known", () => {
    expect(lintText(lintReport({ document: "nonsense" }), "-")).toContain(
      "only rules for every kind were applied",
    );
  });
});
