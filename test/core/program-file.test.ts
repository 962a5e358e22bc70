import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { lateFailure, runProgramFile } from "../../core/program-file";
import { temporaryDirectory } from "../_helpers/synthesised";

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** Runs a program that exports the result of `load`, or that does what `load` does. */
function run(load: () => unknown, maxSeconds?: number) {
  const file = path.join(directory, "config.ts");
  fs.writeFileSync(file, "");
  return runProgramFile({
    file,
    named: "config.ts",
    origin: "the configuration",
    load,
    ...(maxSeconds === undefined ? {} : { maxSeconds }),
  });
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ what }) => what).join();
    throw error;
  }
  return "";
}

test("a program that never ends is stopped after the time limit", () => {
  const load = () => {
    for (;;);
  };
  expect(refusal(() => run(load, 0.05))).toBe("it cannot be loaded: it did not finish after 0.05 seconds");
});

test("a program cannot end the process while it is loaded, and process.exit works again afterwards", () => {
  // eslint-disable-next-line no-restricted-properties -- only read
  const { exit } = process;
  // eslint-disable-next-line no-restricted-properties -- what a program of the user's may do
  expect(refusal(() => run(() => process.exit(3)))).toBe(
    "it cannot be loaded: it ends the process: process.exit(3)",
  );
  expect(process).toMatchObject({ exit });
});

test.each([
  ["an ES module's default export", { __esModule: true, default: { name: "a" } }, { name: "a" }],
  ["the exports of a CommonJS module", { name: "a" }, { name: "a" }],
  ["a default export that is null", { default: null }, null],
])("%s is read", (_name, exported, read) => {
  expect(run(() => exported)).toEqual(read);
});

test.each([
  ["an ES module without a default export", { __esModule: true, topology: {} }],
  ["an empty module", {}],
  ["a module without exports", undefined],
])("%s is refused because it has no default export", (_name, exported) => {
  expect(refusal(() => run(() => exported))).toBe("it has no default export");
});

test.each([
  ["a folder", "", "it is not a file"],
  ["a path through a file", "a file/in a file", "there is no such file"],
])("%s is refused as a program", (_what, name, what) => {
  const at = path.join(directory, name);
  const program = { file: at, named: "config.ts", origin: "the configuration", load: () => ({}) };
  expect(refusal(() => runProgramFile(program))).toBe(what);
});

describe("a failure that no code waits for", () => {
  test("is reported for the program that is in its stack trace", () => {
    run(() => ({ name: "a" }));
    const error = new Error("no net");
    error.stack = `Error: no net\n    at ${path.join(directory, "config.ts")}:1:1`;
    expect(lateFailure(error)?.problems).toMatchObject([
      { path: "config.ts", what: expect.stringContaining("no net") as string },
    ]);
  });

  test("is not reported for a program that is not in its stack trace", () => {
    run(() => ({ name: "a" }));
    expect(lateFailure(new Error("ours"))).toBeUndefined();
  });
});
