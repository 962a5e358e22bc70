import { randomUUID } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheDir, variable, type Environment } from "./environment";
import { isFile, programsOnPath } from "./files";
import { missing } from "./missing";
import { capture, run } from "./program";

/** The rehearsal cloud is written for exactly this version. */
export const MOTO_VERSION = "5.2.1";

/** A Python in which moto's server can be imported. */
export interface Moto {
  /** Absolute. */
  readonly python: string;
  readonly origin: "KEYFERRY_PYTHON" | "PATH" | "cache" | "installed";
}

/** Properties of a Python installation, as it reports them. */
interface Python {
  readonly executable: string;
  readonly version: readonly [major: number, minor: number];
  /** Version of the installed moto; null if it is not installed or its server part is incomplete. */
  readonly moto: string | null;
}

/** Minimum of moto 5.2.1. */
const OLDEST_MINOR = 10;
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const ASK = `
import json, sys
from importlib import metadata, util
try:
    moto = metadata.version("moto")
except metadata.PackageNotFoundError:
    moto = None
if any(util.find_spec(name) is None for name in ("boto3", "flask", "flask_cors", "werkzeug")):
    moto = None
print(json.dumps({"executable": sys.executable, "version": sys.version_info[:2], "moto": moto}))
`;
const HOW = `install Python 3.${OLDEST_MINOR} or newer with \`pip install 'moto[server]==${MOTO_VERSION}'\`, and put it on PATH or name it in KEYFERRY_PYTHON`;

/**
 * A Python with moto: the one that `KEYFERRY_PYTHON` names, the private one in the cache, or the first on `PATH` that
 * has exactly the right moto. If there is none, moto is installed into a private virtual environment in the cache,
 * which the first Python that is new enough creates.
 *
 * @throws KeyferryError `PythonMissing`, `MotoMissing`
 */
export async function provideMoto(environment: Environment): Promise<Moto> {
  const named = variable(environment, "KEYFERRY_PYTHON");
  if (named !== undefined) return namedPython(environment, named);
  const cached = venvPython(environment, venvDir(environment));
  if (isFile(cached)) return { python: cached, origin: "cache" };
  let newEnough: Python | undefined;
  for (const candidate of programsOnPath(environment, NAMES)) {
    const python = await ask(environment, candidate);
    if (python?.moto === MOTO_VERSION) return { python: python.executable, origin: "PATH" };
    if (python !== undefined) newEnough ??= python;
  }
  if (newEnough === undefined) {
    throw missing(
      "PythonMissing",
      `the rehearsal cloud is built on moto ${MOTO_VERSION}, which needs Python 3.${OLDEST_MINOR} or newer, and there is none on PATH`,
      HOW,
    );
  }
  return { python: await install(environment, newEnough), origin: "installed" };
}

async function namedPython(environment: Environment, named: string): Promise<Moto> {
  const python = await ask(environment, named);
  if (python?.moto === MOTO_VERSION) return { python: python.executable, origin: "KEYFERRY_PYTHON" };
  const has =
    python === undefined
      ? `is not Python 3.${OLDEST_MINOR} or newer`
      : `has ${python.moto ?? "no moto with its server part"}`;
  throw missing(
    "MotoMissing",
    `the rehearsal cloud needs moto ${MOTO_VERSION}, and ${named}, which KEYFERRY_PYTHON names, ${has}`,
    `run \`${named} -m pip install 'moto[server]==${MOTO_VERSION}'\`, or unset KEYFERRY_PYTHON`,
  );
}

/** Undefined for a program that is not Python or is too old. */
async function ask({ env, cwd }: Environment, program: string): Promise<Python | undefined> {
  const { exitCode, stdout } = await capture(program, ["-c", ASK], { env, cwd });
  if (exitCode !== 0) return undefined;
  const python = JSON.parse(stdout) as Python;
  const [major, minor] = python.version;
  return major === 3 && minor >= OLDEST_MINOR ? python : undefined;
}

function venvDir(environment: Environment): string {
  return path.join(cacheDir(environment), `moto-${MOTO_VERSION}`);
}

function venvPython({ platform }: Environment, dir: string): string {
  return platform === "win32" ? path.join(dir, "Scripts", "python.exe") : path.join(dir, "bin", "python");
}

/** The environment is renamed to its final name when it is complete; renaming is safe because only its Python is used. */
async function install(environment: Environment, base: Python): Promise<string> {
  const target = venvDir(environment);
  const partial = `${target}.${randomUUID()}`;
  try {
    await installStep(environment, base.executable, ["-m", "venv", partial]);
    const pip = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      `moto[server]==${MOTO_VERSION}`,
    ];
    await installStep(environment, venvPython(environment, partial), pip);
    // Another set-up may have created it first.
    if (!existsSync(target)) renameSync(partial, target);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return venvPython(environment, target);
}

async function installStep(
  { env, cwd }: Environment,
  python: string,
  args: readonly string[],
): Promise<void> {
  let output = "";
  try {
    await run(python, args, { env, cwd, onOutput: (text) => (output += text) });
  } catch (error) {
    throw missing(
      "MotoMissing",
      `no Python on PATH has moto ${MOTO_VERSION}, which the rehearsal cloud is built on, and it could not be installed: \`python ${args.slice(0, 2).join(" ")}\` failed${quoteLastLine(output)}`,
      `${HOW}; on Debian and Ubuntu the package python3-venv is also needed`,
      error,
    );
  }
}

/** The line in which pip or Python reports the error. */
function quoteLastLine(output: string): string {
  const last = output.trim().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? "" : ` with "${last}"`;
}
