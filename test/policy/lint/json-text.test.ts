import { readJson } from "../../../policy/lint/json-text";

function mistakeIn(text: string) {
  const { mistake } = readJson(text);
  return mistake === undefined ? undefined : `${mistake.line}:${mistake.column} ${mistake.what}`;
}

test.each([
  ["", "1:1 the end of the text where a value must stand"],
  ["{", "1:2 the end of the text where a name in straight double quotes must stand"],
  ['{\n  "a": 1,\n}', "3:1 a comma before the end of an object"],
  ["[1, 2,]", "1:7 a comma before the end of a list"],
  ['{"a": “x”}', "1:7 a curly quote (“) where a value must stand"],
  ["{“a”: 1}", "1:2 a curly quote (“) where a name in straight double quotes must stand"],
  ['{"a": "x”}', "1:7 a text that begins here has no closing straight quote"],
  ['{"a" 1}', '1:6 "1" where the colon after "a" must stand'],
  ['{"a": 1 "b": 2}', '1:9 a text where a comma or the end of an object ("}") must stand'],
  ['{"a": 1} x', '1:10 "x" after the end of the document'],
  ['{\n// why\n"a": 1}', "2:1 a comment where a name in straight double quotes must stand"],
  ['{"a": "\\q"}', '1:8 "\\q" is not an escape that JSON knows'],
  ['{"a": "\t"}', "1:8 a control character inside a text"],
  ["{'a': 1}", '1:2 "\'" where a name in straight double quotes must stand'],
])("%j: %s", (text, expected) => {
  expect(mistakeIn(text)).toBe(expected);
});

test("tells where each value begins", () => {
  const { positions } = readJson('{\n  "Statement": [\n    {"Sid": "A"}\n  ]\n}');
  expect(positions.get("Statement[0].Sid")).toEqual({ line: 3, column: 13 });
  expect(positions.get("Statement[1]")).toBeUndefined();
});

test("tells of names that stand twice, and keeps the last as JSON.parse does", () => {
  const { value, duplicates } = readJson('{"a": {"b": 1, "b": 2}}');
  expect(value).toEqual({ a: { b: 2 } });
  expect(duplicates).toEqual([{ place: "a.b", name: "b" }]);
});

test("reads past a byte order mark, and gives up on text that is nested without end", () => {
  expect(readJson("\ufeff{}").value).toEqual({});
  expect(mistakeIn("[".repeat(100_000))).toBe("1:202 nested deeper than 200 levels");
});
