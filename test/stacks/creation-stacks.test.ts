import { Fn, Token } from "cdktf";
import { withoutCreationStacks } from "../../stacks/creation-stacks";

const creationStackOf = () =>
  (Token.asAny(Fn.uuid()) as unknown as { creationStack: readonly string[] }).creationStack;

test("tokens of the framework carry no stack trace, and carry one again afterwards", () => {
  expect(withoutCreationStacks(creationStackOf)).toEqual([]);
  expect(creationStackOf().length).toBeGreaterThan(0);
});

test("an error says where it was thrown, also one that is read at once", () => {
  const stack = withoutCreationStacks(() => new TypeError("broken").stack);
  expect(stack).toMatch(/^TypeError: broken\n {4}at /);
  expect(stack).toContain("creation-stacks.test");
});

test("an error that ends it passes through, and the way of taking stack traces is as before", () => {
  const before = Error.captureStackTrace;
  expect(() =>
    withoutCreationStacks(() => {
      throw new RangeError("too far");
    }),
  ).toThrow(RangeError);
  expect(Error.captureStackTrace).toBe(before);
});
