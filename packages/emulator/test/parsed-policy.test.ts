import { parsedPolicy } from "../authorise/parsed-policy";

test("the same text returns the same document, a different text a different one", () => {
  const one = parsedPolicy('{"Version":"2012-10-17","Statement":[]}');
  expect(parsedPolicy('{"Version":"2012-10-17","Statement":[]}')).toBe(one);
  expect(parsedPolicy('{"Version":"2012-10-17","Statement":[{}]}')).not.toBe(one);
});

test("when the cache is full the oldest policies are dropped, and read again", () => {
  const first = parsedPolicy('{"Id":"first"}');
  for (let index = 0; index < 2000; index += 1) parsedPolicy(`{"Id":"${index}"}`);
  expect(parsedPolicy('{"Id":"first"}')).toEqual(first);
  expect(parsedPolicy('{"Id":"first"}')).not.toBe(first);
});

test("text that is not JSON is not a policy", () => {
  expect(() => parsedPolicy("{")).toThrow(SyntaxError);
});
