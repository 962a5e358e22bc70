import fc from "fast-check";
import { matchesArn, matchesPattern, wildcards } from "../../../policy/evaluate/pattern";

test("wildcards match as the regular expression that they stand for", () => {
  const piece = fc.constantFrom("a", "b", "*", "?");
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.constantFrom("a", "b"), { maxLength: 10 }),
      (p, t) => {
        const regularExpression = new RegExp(`^${p.join("").replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
        expect(matchesPattern(wildcards(p.join("")), t.join(""))).toBe(regularExpression.test(t.join("")));
      },
    ),
    { numRuns: 1000 },
  );
});

test("a pattern full of stars is decided in bounded time", () => {
  const pattern = wildcards("*a".repeat(200) + "*b");
  const startedAt = process.hrtime.bigint();
  expect(matchesPattern(pattern, "a".repeat(5000))).toBe(false);
  expect(Number(process.hrtime.bigint() - startedAt) / 1e9).toBeLessThan(2);
});

test("a text that is no ARN matches only a lone star", () => {
  expect(matchesArn(wildcards("*"), "anything")).toBe(true);
  expect(matchesArn(wildcards("arn:*"), "anything")).toBe(false);
  expect(matchesArn(wildcards(""), "anything")).toBe(false);
});

test("a pattern that does not begin with arn matches no ARN", () => {
  expect(matchesArn(wildcards("*:aws:s3:::b"), "arn:aws:s3:::b")).toBe(false);
  expect(matchesArn(wildcards("a*"), "arn:aws:s3:::b")).toBe(false);
});
