import { beside, hanging, wrap } from "../../../scripts/report/wrap";

test("a text is broken where it has spaces, and a longer word keeps a line for itself", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("see arn:aws:kms:eu-west-1 there", 8)).toEqual(["see", "arn:aws:kms:eu-west-1", "there"]);
});

test("an item of a list goes on below its first word", () => {
  expect(wrap("- one two three", 9)).toEqual(["- one two", "  three"]);
});

test("each line of a text is set in, and goes on two further in", () => {
  const text = "prod: the key is not there\n  fix: deploy";
  expect(hanging(text, 18, " ")).toBe(" prod: the key\n   is not there\n   fix: deploy");
  expect(hanging(text)).toBe(text);
});

test("a text is next to its label, and below it where there is no room", () => {
  const text = "three accounts want it in another Region";
  expect(beside("why", text, 5, 40)).toBe("why    three accounts want it in another\n       Region");
  expect(beside("why", text, 12, 40)).toBe("why\n    three accounts want it in another\n    Region");
  expect(beside("  ", text, 12, 40)).not.toMatch(/^\s*\n/);
});
