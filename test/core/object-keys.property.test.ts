import fc from "../_helpers/fast-check";
import { compareKeys } from "../../core/object-keys";

/** Object keys are compared in S3's listing order, which is by their UTF-8 bytes. */

const key = fc.string({ unit: "binary", maxLength: 12 });

test("two keys are ordered by their UTF-8 bytes", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareKeys(a, b))).toBe(bytes);
    }),
    { numRuns: 5_000 },
  );
});

test("keys with a common prefix are ordered by their UTF-8 bytes", () => {
  fc.assert(
    fc.property(key, key, key, (start, a, b) => {
      const bytes = Buffer.compare(Buffer.from(start + a), Buffer.from(start + b));
      expect(Math.sign(compareKeys(start + a, start + b))).toBe(bytes);
    }),
    { numRuns: 5_000 },
  );
});
