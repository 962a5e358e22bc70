/** Programs of others that are run as they come. Where one is not installed its tests are skipped, and say so. */
import { execFile, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

/** The program on the PATH, or where `KEYFERRY_TEST_<NAME>` says; undefined where it is not installed. */
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

/** A test that needs a program; it is skipped with a message on the error stream where there is none. */
export function testWith(name: string, what: string, run: (program: string) => Promise<void>): void {
  const program = installed(name);
  if (program !== undefined) return void test(`${name}: ${what}`, () => run(program));
  process.stderr.write(`skipped: ${name} is not installed (looked on PATH and in KEYFERRY_TEST_...)\n`);
  test.skip(`${name}: ${what}`, () => undefined);
}

/** A library, the interpreter that it is of, and how that one is told to load it and do nothing. */
export interface Library {
  readonly name: string;
  readonly interpreter: string;
  readonly loading: readonly string[];
}

/** The same for a library: of the interpreter on the PATH, or of the one that `KEYFERRY_TEST_<LIBRARY>` names. */
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

/** What a program prints, both streams; it must end with 0. */
export async function printed(
  program: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(program, argv, { env, cwd, timeout: 200_000 });
  return stdout + stderr;
}
