import fc from "../../../test/_helpers/fast-check";
import { arnTest } from "../arn-pattern";
import { patternTest, wildcards } from "../pattern";

const texts = (...pieces: string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((p) => p.join(""));

test("wildcards match like the equivalent regular expression", () => {
  fc.assert(
    fc.property(texts("a", "b", "*", "?", "😀"), texts("a", "b", "😀"), (pattern, text) => {
      const regularExpression = new RegExp(`^${pattern.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "u");
      expect(patternTest(wildcards(pattern))(text)).toBe(regularExpression.test(text));
    }),
    { numRuns: 10_000 },
  );
});

test("an ARN matches like six regular expressions, of which only the last matches colons", () => {
  const arns = texts("a", ":", "*", "?", "aws").map((rest) => `arn:${rest}`);
  const part = (text: string, any: string) => text.replace(/\*/g, `${any}*`).replace(/\?/g, any);
  fc.assert(
    fc.property(arns, texts("a", ":", "aws"), (pattern, rest) => {
      const [, partition = "*", service = "*", region = "*", account = "*", ...resource] = pattern.split(":");
      const head = [partition, service, region, account].map((text) => part(text, "[^:]"));
      const tail = resource.length === 0 ? ".*" : part(resource.join(":"), ".");
      const expected = new RegExp(`^arn:${head.join(":")}:${tail}$`).test(`arn:${rest}`);
      expect(arnTest(wildcards(pattern))(`arn:${rest}`)).toBe(expected);
    }),
    { numRuns: 10_000 },
  );
});
