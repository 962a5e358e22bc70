import { anyCharacter } from "../../_helpers/any-character";
import fc from "../../_helpers/fast-check";
import { readJson } from "../../../policy/lint/json-text";

test("reads every text that JSON.parse reads, with the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: anyCharacter }), (value) => {
      const text = JSON.stringify(value, undefined, 1);
      expect(readJson(text)).toMatchObject({ value: JSON.parse(text) as unknown });
    }),
    { numRuns: 1_000 },
  );
});

test("refuses exactly the texts that JSON.parse refuses", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: anyCharacter, maxLength: 12 }),
      (text) => (readJson(text).mistake === undefined) === parses(text),
    ),
    { numRuns: 1_000 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return text === "\ufeff";
  }
}
