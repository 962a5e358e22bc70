import { explainWords, readWords } from "../../../../scripts/engine/explain";
import { explanationText } from "../../../../scripts/report/event-text";
import fc from "../../../_helpers/fast-check";
import { CODED, malformedError } from "../../../_helpers/malformed/error";
import { HOSTILE_TEXTS } from "../../../_helpers/malformed/text";

/** Everything that the command prints for a text. */
const explained = (text: string) =>
  readWords(text)
    .map((heard) => explanationText(explainWords(heard, {}), ""))
    .join("\n");

test.each(Object.entries(HOSTILE_TEXTS))("explaining %s does not fail", (_name, text) => {
  expect(typeof explained(text)).toBe("string");
  expect(typeof explained(`${CODED} ${text}`)).toBe("string");
  expect(explained(`${CODED}\n${text}`)).toContain("CopyImage");
});

test("explain does not fail on any text", () => {
  fc.assert(
    fc.property(malformedError, (text) => typeof explained(text) === "string"),
    // the end-to-end tests try many more
    { numRuns: 150 },
  );
});
