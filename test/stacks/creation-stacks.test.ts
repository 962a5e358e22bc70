import { Fn, Token } from "cdktf";
import { withoutCreationStacks } from "../../stacks/creation-stacks";

const creationStackOf = () =>
  (Token.asAny(Fn.uuid()) as unknown as { creationStack: readonly string[] }).creationStack;

test("tokens of the framework have no stack trace during the call, and have one again afterwards", () => {
  expect(withoutCreationStacks(creationStackOf)).toEqual([]);
  expect(creationStackOf().length).toBeGreaterThan(0);
});

test("an error has its stack trace, also if the trace is read immediately", () => {
  const stack = withoutCreationStacks(() => new TypeError("broken").stack);
  expect(stack).toMatch(/^TypeError: broken\n {4}at /);
  expect(stack).toContain("creation-stacks.test");
});

test("an error passes through, and stack traces are taken as before afterwards", () => {
  const before = Error.captureStackTrace;
  expect(() =>
    withoutCreationStacks(() => {
      throw new RangeError("too far");
    }),
  ).toThrow(RangeError);
  expect(Error.captureStackTrace).toBe(before);
});
