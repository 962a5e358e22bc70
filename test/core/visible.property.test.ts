import { visible } from "../../core/visible";
import { anyCharacter } from "../_helpers/any-character";
import fc from "../_helpers/fast-check";
import { OBEYED } from "../_helpers/obeyed";

test.each([
  ["\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m"],
  ["\u009b2J\u0007\r", "\\u009b2J\\u0007\\u000d"],
  ["a\u202eb\u2066c", "a\\u202eb\\u2066c"],
  ["two\nlines\tand a tab", "two\nlines\tand a tab"],
  ["grün, 東京, 👩‍🚀", "grün, 東京, 👩‍🚀"],
])("%j is shown as %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("no control character remains in any text, and escaped JSON parses to the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(visible(text)).not.toMatch(OBEYED);
      expect(JSON.parse(visible(JSON.stringify(text)))).toBe(text);
    }),
  );
});
