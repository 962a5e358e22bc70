import { arnTest } from "../arn-pattern";
import { literal, joined, patternTest, wildcards } from "../pattern";

test("a pattern full of stars is decided in bounded time", () => {
  const pattern = wildcards("*a".repeat(200) + "*b");
  const startedAt = process.hrtime.bigint();
  expect(patternTest(pattern)("a".repeat(5000))).toBe(false);
  expect(Number(process.hrtime.bigint() - startedAt) / 1e9).toBeLessThan(2);
});

test("a star from a substituted variable is a plain character", () => {
  const pattern = joined([wildcards("a*"), literal("*"), wildcards("?")]);
  expect(patternTest(pattern)("abc*d")).toBe(true);
  expect(patternTest(pattern)("abcd")).toBe(false);
});

test("a text that is not an ARN matches only a single star", () => {
  expect(arnTest(wildcards("*"))("anything")).toBe(true);
  expect(arnTest(wildcards("arn:*"))("anything")).toBe(false);
  expect(arnTest(wildcards(""))("anything")).toBe(false);
});

test("a pattern that does not begin with arn matches no ARN", () => {
  expect(arnTest(wildcards("*:aws:s3:::b"))("arn:aws:s3:::b")).toBe(false);
  expect(arnTest(wildcards("a*"))("arn:aws:s3:::b")).toBe(false);
});
