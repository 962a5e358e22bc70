import { documentProblems } from "..";

const statement = { Effect: "Allow", Action: "kms:Decrypt", Resource: "*" };
const withStatement = (changes: object) => ({
  Version: "2012-10-17",
  Statement: [{ ...statement, ...changes }],
});

test("a well-formed document has no problems", () => {
  expect(documentProblems(withStatement({}))).toEqual([]);
});

test("a trust policy, which has no Resource, has no problems", () => {
  const trust = { Effect: "Allow", Principal: { AWS: ["111111111111"] }, Action: "sts:AssumeRole" };
  expect(documentProblems({ Version: "2012-10-17", Statement: trust })).toEqual([]);
});

test.each([
  ["text", '{"Version":"2012-10-17"}', "the document is not a JSON object"],
  [
    "unknown version",
    { Version: "2020-01-01", Statement: statement },
    "Version is neither 2012-10-17 nor 2008-10-17",
  ],
  [
    "unknown element",
    { Statement: statement, Statements: [] },
    "the document has unknown elements: Statements",
  ],
  ["statement that is a number", { Statement: [5] }, "Statement[0] is not a JSON object"],
  [
    "effect in lower case",
    withStatement({ Effect: "deny" }),
    "Statement[0].Effect is neither Allow nor Deny",
  ],
  ["misspelt element", withStatement({ Conditions: {} }), "Statement[0] has unknown elements: Conditions"],
  ["both forms", withStatement({ NotAction: "*" }), "Statement[0] has both Action and NotAction"],
  [
    "list of numbers",
    withStatement({ Action: [1] }),
    "Statement[0].Action is neither a string nor a list of strings",
  ],
  ["empty list", withStatement({ Resource: [] }), "Statement[0].Resource is an empty list"],
  [
    "principal text",
    withStatement({ Principal: "111111111111" }),
    'Statement[0].Principal is neither "*" nor an object',
  ],
  [
    "principal type",
    withStatement({ Principal: { Aws: "*" } }),
    "Statement[0].Principal has unknown elements: Aws",
  ],
  [
    "NotPrincipal allowed",
    withStatement({ NotPrincipal: "*" }),
    "Statement[0].NotPrincipal is supported with Deny only",
  ],
  [
    "operator",
    withStatement({ Condition: { Equals: {} } }),
    "Statement[0].Condition: Equals is not a condition operator",
  ],
  [
    "condition list",
    withStatement({ Condition: { Bool: [] } }),
    "Statement[0].Condition.Bool is not a JSON object",
  ],
  ["Sid that is a number", withStatement({ Sid: 1 }), "Statement[0].Sid is not a string"],
])("%s: the place and the problem are reported", (_name, document, problem) => {
  expect(documentProblems(document)).toEqual([problem]);
});

test("a statement without an action is reported although KMS accepts it", () => {
  expect(documentProblems({ Statement: { Effect: "Allow", Resource: "*" } })).toEqual([
    "Statement[0] has neither Action nor NotAction: it has no effect",
  ]);
});

test("all problems are reported together", () => {
  expect(documentProblems({ Version: "1", Statement: [{ Effect: "no", Action: 5 }, null] })).toHaveLength(4);
});
