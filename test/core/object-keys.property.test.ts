import fc from "../_helpers/fast-check";
import { compareKeys } from "../../core/object-keys";

/** Keys of objects are compared as S3 lists them, which is by their bytes in UTF-8. */

const key = fc.string({ unit: "binary", maxLength: 12 });

test("two keys are in the order of their bytes", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareKeys(a, b))).toBe(bytes);
    }),
    { numRuns: 5_000 },
  );
});

test("so are keys that begin alike", () => {
  fc.assert(
    fc.property(key, key, key, (start, a, b) => {
      const bytes = Buffer.compare(Buffer.from(start + a), Buffer.from(start + b));
      expect(Math.sign(compareKeys(start + a, start + b))).toBe(bytes);
    }),
    { numRuns: 5_000 },
  );
});
