import { must } from "../../core/must";

test("a value that is there is given back, an empty one as well", () => {
  expect(must("arn", "the key")).toBe("arn");
  expect(must("", "the name")).toBe("");
});

test("a missing value is named, never replaced by an empty one", () => {
  expect(() => must(undefined, "ImageId of CopyImage")).toThrow("ImageId of CopyImage is missing");
});
