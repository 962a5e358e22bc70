import { must } from "../../core/must";

test("must returns a defined value, also an empty one", () => {
  expect(must("arn", "the key")).toBe("arn");
  expect(must("", "the name")).toBe("");
});

test("must throws an error that names a missing value", () => {
  expect(() => must(undefined, "ImageId of CopyImage")).toThrow("ImageId of CopyImage is missing");
});
