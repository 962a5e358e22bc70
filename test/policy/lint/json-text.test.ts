import { readJson } from "../../../policy/lint/json-text";

function mistakeIn(text: string) {
  const { mistake } = readJson(text);
  return mistake === undefined ? undefined : `${mistake.line}:${mistake.column} ${mistake.what}`;
}

test.each([
  ["", "1:1 the end of the text where a value is expected"],
  ["{", "1:2 the end of the text where a name in straight double quotes is expected"],
  ['{\n  "a": 1,\n}', "3:1 a comma before the end of an object"],
  ["[1, 2,]", "1:7 a comma before the end of a list"],
  ['{"a": “x”}', "1:7 a curly quote (“) where a value is expected"],
  ["{“a”: 1}", "1:2 a curly quote (“) where a name in straight double quotes is expected"],
  ['{"a": "x”}', "1:7 the string that begins here has no closing straight quote"],
  ['{"a" 1}', '1:6 "1" where the colon after "a" is expected'],
  ['{"a": 1 "b": 2}', '1:9 a string where a comma or the end of an object ("}") is expected'],
  ['{"a": 1} x', '1:10 "x" after the end of the document'],
  ['{\n// why\n"a": 1}', "2:1 a comment where a name in straight double quotes is expected"],
  ['{"a": "\\q"}', '1:8 "\\q" is not an escape sequence of JSON'],
  ['{"a": "\t"}', "1:8 a control character inside a string"],
  ["{'a': 1}", '1:2 "\'" where a name in straight double quotes is expected'],
])("the mistake in %j is reported as: %s", (text, expected) => {
  expect(mistakeIn(text)).toBe(expected);
});

test("records where each value begins", () => {
  const { positions } = readJson('{\n  "Statement": [\n    {"Sid": "A"}\n  ]\n}');
  expect(positions.get("Statement[0].Sid")).toEqual({ line: 3, column: 13 });
  expect(positions.get("Statement[1]")).toBeUndefined();
});

test("reports duplicate names, and keeps the last value as JSON.parse does", () => {
  const { value, duplicates } = readJson('{"a": {"b": 1, "b": 2}}');
  expect(value).toEqual({ a: { b: 2 } });
  expect(duplicates).toEqual([{ place: "a.b", name: "b" }]);
});

test("skips a byte order mark, and refuses text that is nested too deeply", () => {
  expect(readJson("\ufeff{}").value).toEqual({});
  expect(mistakeIn("[".repeat(100_000))).toBe("1:202 nested deeper than 200 levels");
});
