import { anyCharacter } from "../any-character";
import fc from "../fast-check";

const LEVELS = 20_000;

/** Pieces of text, by name, that often break programs that read text. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  "20,000 lists": "[".repeat(LEVELS) + "]".repeat(LEVELS),
  "20,000 lists that do not end": "[".repeat(LEVELS),
  "20,000 objects": '{"a":'.repeat(LEVELS) + "1" + "}".repeat(LEVELS),
  "20,000 objects that do not end": '{"'.repeat(LEVELS),
  "opening brackets": "(".repeat(50_000),
  "opening braces": "{".repeat(50_000),
  "quotation marks": '"'.repeat(50_000),
  "escaped quotation marks": '\\"'.repeat(50_000),
  "letters and stars": "*a".repeat(30_000),
  "empty lines": "\n".repeat(50_000),
  "words in lines": "a b c\n".repeat(5_000),
  "a box that does not end": `╷\n${"\n".repeat(50_000)}`,
  "the start of an error, often": "Error: \n".repeat(5_000),
  "escape sequences": "\u001b[31m\u001b]8;;http://x\u0007\u009b2J\u0000\u202e",
  "escape sequences that do not end": "\u001b]".repeat(20_000),
  surrogates: "\ud83d\udc00\ude00",
  "a name of every object": '{"__proto__":{"Statement":[]},"constructor":{"Statement":1},"toString":2}',
  nothing: "",
};

/** Valid texts with parts cut, repeated or replaced by hostile pieces. */
export function malformedText(right: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(HOSTILE_TEXTS)) },
    { weight: 8, arbitrary: fc.string({ unit: anyCharacter, maxLength: 5 }) },
    {
      weight: 8,
      arbitrary: fc.constantFrom('"', "{", "}", "[", "]", ":", ",", "(", ")", "\\", "\n", "\r\n"),
    },
  );
  return fc
    .record({
      text: fc.constantFrom(...right),
      edits: fc.array(fc.record({ at: fc.nat(), length: fc.nat(20), piece, keep: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      }),
    })
    .map(({ text, edits }) =>
      edits.reduce((before, { at, length, piece: put, keep }) => {
        const start = at % (before.length + 1);
        return before.slice(0, start) + put + before.slice(keep ? start : start + length);
      }, text),
    );
}
