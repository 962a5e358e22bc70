import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { provideMoto } from "../../setup/moto";
import { dispose, machine, script } from "./fixtures";

afterEach(dispose);

const bin = (environment: { env: Readonly<Record<string, string | undefined>> }) =>
  environment.env["PATH"] ?? "";

interface FakePython {
  readonly version?: readonly [number, number];
  readonly moto?: string;
  /** Exit code of `pip install`. @default 0 */
  readonly pip?: number;
}

/** A program that responds as Python does; `-m venv` creates a copy of it, like the real one. */
function fakePython(target: string, { version = [3, 11], moto, pip = 0 }: FakePython): string {
  const answer = JSON.stringify({ executable: target, version, moto: moto ?? null });
  return script(
    target,
    'PATH="$PATH:/usr/bin:/bin"',
    'case "$2 $3" in',
    '  "venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;',
    `  "pip install") echo "no such package" >&2; exit ${pip} ;;`,
    `  *) echo '${answer}' ;;`,
    "esac",
  );
}

test("a Python on PATH with exactly this moto is used, by its own path", async () => {
  const environment = machine();
  const python = fakePython(path.join(bin(environment), "python3"), { moto: "5.2.1" });
  await expect(provideMoto(environment)).resolves.toEqual({ python, origin: "PATH" });
});

test("a Python with the right moto is found behind others on PATH", async () => {
  const environment = machine();
  script(path.join(bin(environment), "python3"), "exit 127");
  fakePython(path.join(bin(environment), "python3.13"), { moto: "5.2.0" });
  const right = fakePython(path.join(bin(environment), "python3.12"), { moto: "5.2.1" });
  await expect(provideMoto(environment)).resolves.toEqual({ python: right, origin: "PATH" });
});

test.each([["none"], ["5.2.0"], ["5.3.0"]])(
  "if Python has moto %s, a private environment is created once",
  async (moto) => {
    const environment = machine();
    fakePython(path.join(bin(environment), "python3"), { moto: moto === "none" ? undefined : moto });
    const installed = await provideMoto(environment);
    const python = path.join(environment.cwd, ".cache", "moto-5.2.1", "bin", "python");
    expect(installed).toEqual({ python, origin: "installed" });
    expect(existsSync(python)).toBe(true);
    await expect(provideMoto(environment)).resolves.toEqual({ python, origin: "cache" });
    expect(readdirSync(path.join(environment.cwd, ".cache"))).toEqual(["moto-5.2.1"]);
  },
);

test("a failed installation leaves no incomplete environment and reports the reason", async () => {
  const environment = machine();
  fakePython(path.join(bin(environment), "python3"), { pip: 1 });
  await expect(provideMoto(environment)).rejects.toMatchObject({
    code: "MotoMissing",
    message: expect.stringMatching(/`python -m pip` failed with "no such package"$/),
    fix: expect.stringContaining("pip install 'moto[server]==5.2.1'"),
  });
  expect(readdirSync(path.join(environment.cwd, ".cache"))).toEqual([]);
});

test.each([
  ["no Python at all", undefined],
  ["only Python 3.9", [3, 9] as const],
  ["only Python 2.7", [2, 7] as const],
])("with %s, what is missing and how to get it is said", async (_what, version) => {
  const environment = machine();
  if (version !== undefined) fakePython(path.join(bin(environment), "python3"), { version, moto: "5.2.1" });
  await expect(provideMoto(environment)).rejects.toMatchObject({
    code: "PythonMissing",
    message: expect.stringContaining("Python 3.10 or newer"),
    fix: expect.stringContaining("install Python 3.10 or newer"),
  });
});

test("the Python that KEYFERRY_PYTHON names takes precedence", async () => {
  const environment = machine();
  fakePython(path.join(bin(environment), "python3"), { moto: "5.2.1" });
  const named = fakePython(path.join(environment.home, "python"), { moto: "5.2.1" });
  const withName = { ...environment, env: { ...environment.env, KEYFERRY_PYTHON: named } };
  await expect(provideMoto(withName)).resolves.toEqual({ python: named, origin: "KEYFERRY_PYTHON" });
});

test("the Python that KEYFERRY_PYTHON names is refused with another moto", async () => {
  const environment = machine();
  const named = fakePython(path.join(environment.home, "python"), { moto: "5.1.0" });
  const withName = { ...environment, env: { ...environment.env, KEYFERRY_PYTHON: named } };
  await expect(provideMoto(withName)).rejects.toThrow("has 5.1.0");
});
