import fc from "./fast-check";

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST_CODE_POINT = 0x10ffff;

/**
 * Every character of Unicode, like fast-check's own unit `binary`. That one builds a table of all of them, so each test file
 * that uses it would create a million entries.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(LAST_CODE_POINT - SURROGATES.count).map(
  (index) => String.fromCodePoint(index < SURROGATES.first ? index : index + SURROGATES.count),
  (character) => {
    const codePoint = typeof character === "string" ? character.codePointAt(0) : undefined;
    if (codePoint === undefined || String.fromCodePoint(codePoint) !== character) {
      throw new TypeError("not a character");
    }
    return codePoint < SURROGATES.first ? codePoint : codePoint - SURROGATES.count;
  },
);
