import { labelled, hanging, wrap } from "../../../scripts/report/wrap";

test("a text is broken at spaces, and a longer word gets its own line", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("see arn:aws:kms:eu-west-1 there", 8)).toEqual(["see", "arn:aws:kms:eu-west-1", "there"]);
});

test("continuation lines of a list item are aligned with its first word", () => {
  expect(wrap("- one two three", 9)).toEqual(["- one two", "  three"]);
});

test("each line of a text is indented, and continuation lines two more", () => {
  const text = "prod: the key is not there\n  fix: deploy";
  expect(hanging(text, 18, " ")).toBe(" prod: the key\n   is not there\n   fix: deploy");
  expect(hanging(text)).toBe(text);
});

test("a text is next to its label, or below it if there is no room", () => {
  const text = "three accounts want it in another Region";
  expect(labelled("why", text, 5, 40)).toBe("why    three accounts want it in another\n       Region");
  expect(labelled("why", text, 12, 40)).toBe("why\n    three accounts want it in another\n    Region");
  expect(labelled("  ", text, 12, 40)).not.toMatch(/^\s*\n/);
});
