/** Unmodified third-party programs. The tests of a program that is not installed are skipped with a message. */
import { execFile, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** The path of a program, from `KEYFERRY_TEST_<NAME>` or on PATH; undefined if it is not installed. */
export function installed(name: string): string | undefined {
  const named = process.env[`KEYFERRY_TEST_${name.toUpperCase().replaceAll("-", "_")}`];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const found = [
    ...(named === undefined ? [] : [named]),
    ...folders.map((folder) => path.join(folder, name)),
  ];
  return found.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A test that needs a program; without it, the test is skipped with a message on stderr. */
export function testWith(name: string, what: string, run: (program: string) => Promise<void>): void {
  const program = installed(name);
  if (program !== undefined) return void test(`${name}: ${what}`, () => run(program));
  process.stderr.write(`skipped: ${name} is not installed (searched on PATH and in KEYFERRY_TEST_...)\n`);
  test.skip(`${name}: ${what}`, () => undefined);
}

/** A library, its interpreter, and the interpreter's arguments that load the library and do nothing else. */
export interface Library {
  readonly name: string;
  readonly interpreter: string;
  readonly loading: readonly string[];
}

/** The same for a library of the interpreter on PATH, or of the interpreter that `KEYFERRY_TEST_<LIBRARY>` names. */
export function testWithLibrary(
  { name, interpreter, loading }: Library,
  what: string,
  run: (interpreter: string) => Promise<void>,
): void {
  const program = process.env[`KEYFERRY_TEST_${name.toUpperCase()}`] ?? installed(interpreter);
  if (program !== undefined && spawnSync(program, loading, { stdio: "ignore" }).status === 0) {
    return void test(`${name}: ${what}`, () => run(program));
  }
  process.stderr.write(`skipped: ${interpreter} has no ${name} (KEYFERRY_TEST_... can name another)\n`);
  test.skip(`${name}: ${what}`, () => undefined);
}

/** What a program prints to stdout and stderr; it must exit with 0. */
export async function printed(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(program, argv, { env, cwd, timeout: 200_000 });
  return stdout + stderr;
}
