import { parsedPolicy } from "../authorise/parsed-policy";

test("the same text is the same document, another text another one", () => {
  const one = parsedPolicy('{"Version":"2012-10-17","Statement":[]}');
  expect(parsedPolicy('{"Version":"2012-10-17","Statement":[]}')).toBe(one);
  expect(parsedPolicy('{"Version":"2012-10-17","Statement":[{}]}')).not.toBe(one);
});

test("so many policies push out the oldest, which is read anew", () => {
  const first = parsedPolicy('{"Id":"first"}');
  for (let index = 0; index < 2000; index += 1) parsedPolicy(`{"Id":"${index}"}`);
  expect(parsedPolicy('{"Id":"first"}')).toEqual(first);
  expect(parsedPolicy('{"Id":"first"}')).not.toBe(first);
});

test("text that is no JSON is nobody's policy", () => {
  expect(() => parsedPolicy("{")).toThrow(SyntaxError);
});
