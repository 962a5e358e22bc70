import fs from "node:fs";
import path from "node:path";
import { interrupted } from "../../../scripts/engine/errors";
import { describeError, errorJson } from "../../../scripts/cli/print-error";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("errors of the machine are reported as such, not as defects", () => {
  test("a file that cannot be written", () => {
    const file = path.join(__filename, "manifest.json");
    const error = thrownBy(() => fs.writeFileSync(file, ""));
    const { text, exitCode } = describeError(error);
    expect(exitCode).toBe(1);
    expect(text).toContain(file);
    expect(text).toContain("fix: ");
    expect(text).not.toMatch(/defect|^\s+at /m);
    expect(errorJson(error)).toMatchObject({ code: "FileRefused" });
  });

  test("a package that is not installed", () => {
    const message = "Cannot find module '@aws-sdk/client-kms'\nRequire stack:\n- /somewhere/sdk.ts";
    const error = Object.assign(new Error(message), { code: "MODULE_NOT_FOUND" });
    expect(describeError(error).text).toBe("the package @aws-sdk/client-kms is not installed\n  fix: npm ci");
  });
});

test("interrupted work is reported as neither done nor failed", () => {
  expect(describeError(interrupted())).toEqual({
    text: "interrupted\n  fix: run the same command again",
    exitCode: 130,
  });
});

test.each([
  [
    "a file of Keyferry that is missing",
    Object.assign(new Error("Cannot find module './x'"), { code: "MODULE_NOT_FOUND" }),
  ],
  ["anything else", new TypeError("x is not a function")],
])("%s is a defect, and keeps its stack trace", (_what, error) => {
  expect(describeError(error).text).toMatch(/^a defect of Keyferry[^]*\n\s+at /);
});
