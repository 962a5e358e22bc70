import { anyCharacter } from "../../_helpers/any-character";
import fc from "../../_helpers/fast-check";
import {
  lintPolicy,
  lintReport,
  lintText,
  RULES,
  type LintSubject,
  type PolicyKind,
} from "../../../policy/lint";
import { KEY_ARN, SRC } from "./cases/shapes";

const RUNS = 5_000;

/** Words that rules look for, among arbitrary ones. */
const word = fc.oneof(
  fc.constantFrom(
    "*",
    "arn:",
    KEY_ARN,
    "arn:aws:s3:::b/*",
    `arn:aws:iam::${SRC}:root`,
    "arn:aws:sts::1:assumed-role/",
  ),
  fc.constantFrom(
    "kms:*",
    "kms:ReEncrypt",
    "s3:ListBucket",
    "sts:AssumeRole",
    "kms:CreateGrant",
    ":",
    "a*a*a*a*b",
  ),
  fc.constantFrom(
    "ec2..amazonaws.com",
    "${",
    "<",
    "AROAEXAMPLEID12345678",
    "__proto__",
    "constructor",
    "false",
  ),
  fc.string({ unit: anyCharacter, maxLength: 8 }),
);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    word,
    fc.jsonValue({ maxDepth: 1, stringUnit: anyCharacter }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
})).value;
const conditions = fc.dictionary(
  fc.oneof(
    fc.constantFrom("Bool", "StringEquals", "ForAllValues:StringLike", "Null", "ArnLikeIfExists"),
    word,
  ),
  fc.oneof(
    value,
    fc.dictionary(
      fc.oneof(
        fc.constantFrom("kms:ViaService", "kms:GrantIsForAWSResource", "aws:PrincipalArn", "kms:X"),
        word,
      ),
      value,
    ),
  ),
  { maxKeys: 3 },
);
const statement = fc.record(
  {
    Sid: value,
    Effect: fc.oneof(fc.constantFrom("Allow", "Deny"), value),
    Principal: fc.oneof(value, fc.dictionary(fc.constantFrom("AWS", "Service", "X"), value)),
    NotPrincipal: value,
    Action: value,
    NotAction: value,
    Resource: value,
    Condition: fc.oneof(conditions, value),
  },
  { requiredKeys: [] },
);
const document = fc.oneof(
  fc.record(
    {
      Version: fc.oneof(fc.constant("2012-10-17"), value),
      Statement: fc.oneof(fc.array(statement, { maxLength: 4 }), statement, value),
      Policy: value,
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue({ stringUnit: anyCharacter }),
);
const kind = fc.constantFrom<PolicyKind | undefined>("key", "identity", "trust", "bucket", undefined);
const subject: fc.Arbitrary<LintSubject> = fc.record({
  document: fc.oneof(
    document,
    document.map((json) => JSON.stringify(json)),
    fc.string({ unit: anyCharacter }),
  ),
  kind,
  context: fc.record(
    { account: word, region: word, keyArn: word, existingRoles: fc.array(word), inline: fc.boolean() },
    { requiredKeys: [] },
  ),
});

test("lint never throws, and the verdict of every rule agrees with its findings", () => {
  fc.assert(
    fc.property(subject, (given) => {
      const report = lintReport(given);
      const failing = RULES.filter(({ id }) => report.verdicts[id] === "fail").map(({ id }) => id);
      const found = new Set(report.findings.map(({ rule }) => rule));
      return [...found].sort().join() === failing.sort().join() && lintText(report, "x").startsWith("x: ");
    }),
    { numRuns: RUNS },
  );
});

test("a document and its text have the same findings", () => {
  fc.assert(
    fc.property(document, kind, (json, known) => {
      const read = JSON.parse(JSON.stringify(json)) as unknown;
      fc.pre(typeof read !== "string");
      const places = (given: unknown) =>
        JSON.stringify(
          lintPolicy({ document: given, kind: known }).map(({ rule, place, what }) => [rule, place, what]),
        );
      return places(JSON.stringify(read)) === places(read);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["deep lists", "[".repeat(50_000) + "]".repeat(50_000)],
  [
    "a long list of stars",
    JSON.stringify({ Statement: [{ Action: `kms:${"*a".repeat(5_000)}`, Resource: "*" }] }),
  ],
  [
    "many statements",
    JSON.stringify({ Statement: Array.from({ length: 2_000 }, () => ({ Effect: "Allow" })) }),
  ],
])("%s: lint finishes within five seconds", (_what, text) => {
  const before = performance.now();
  lintPolicy({ document: text });
  expect(performance.now() - before).toBeLessThan(5_000);
});

test("a very deeply nested value does not overflow the stack", () => {
  let nested: unknown = "x";
  for (let depth = 0; depth < 20_000; depth++) nested = { Statement: [nested] };
  expect(() => lintPolicy({ document: nested })).not.toThrow();
});
