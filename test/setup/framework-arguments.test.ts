import { frameworkArguments } from "../../setup/framework-arguments";

const SURROUNDINGS = { synthDir: "/project/cdktf.out", stacksAtOnce: 3, onTerminal: true };

test("deploy and destroy are told how many stacks fit, the other commands are not", () => {
  for (const command of ["deploy", "destroy"] as const) {
    expect(frameworkArguments(command, ["a-*"], SURROUNDINGS)).toEqual([
      command,
      "a-*",
      "--output",
      "/project/cdktf.out",
      "--parallelism",
      "3",
    ]);
  }
  for (const command of ["synth", "diff", "output"] as const) {
    expect(frameworkArguments(command, ["a-*"], SURROUNDINGS)).toEqual([
      command,
      "a-*",
      "--output",
      "/project/cdktf.out",
    ]);
  }
});

test.each([["--parallelism", "1"], ["--parallelism=1"]])("what the user gives stays: %s %s", (...given) => {
  const added = frameworkArguments("deploy", given, SURROUNDINGS).slice(1 + given.length);
  expect(added).toEqual(["--output", "/project/cdktf.out"]);
});

test("off a terminal there is no colour", () => {
  const args = frameworkArguments("deploy", [], { ...SURROUNDINGS, onTerminal: false });
  expect(args).toContain("--no-color");
  expect(frameworkArguments("deploy", [], SURROUNDINGS)).not.toContain("--no-color");
});
