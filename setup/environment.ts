import os from "node:os";
import path from "node:path";

/** What set-up reads from the machine; a parameter everywhere, so that nothing depends on the current process. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly home: string;
  /** Absolute; the directory of the project. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Same as `process.arch`: `x64`, `arm64`. */
  readonly arch: string;
}

/** The real machine and process. */
export function hostEnvironment(): Environment {
  return {
    env: process.env,
    home: os.homedir(),
    cwd: process.cwd(),
    platform: process.platform,
    arch: process.arch,
  };
}

/** A variable's value; undefined when it is unset or empty. */
export function variable({ env }: Environment, name: string): string | undefined {
  return env[name] === "" ? undefined : env[name];
}

/** Where set-up keeps downloaded and generated files, absolute. `KEYFERRY_CACHE` @default - `.cache` in the project */
export function cacheDir(environment: Environment): string {
  return path.resolve(environment.cwd, variable(environment, "KEYFERRY_CACHE") ?? ".cache");
}

const HASHICORP_ARCH: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
const HASHICORP_OS: Partial<Record<NodeJS.Platform, string>> = { win32: "windows" };

/** The platform as HashiCorp's releases and provider mirrors name it, e.g. `linux_amd64`. */
export function hashicorpPlatform({ platform, arch }: Environment): string {
  return `${HASHICORP_OS[platform] ?? platform}_${HASHICORP_ARCH[arch] ?? arch}`;
}

/** A program's file name on this platform. */
export function executableName({ platform }: Environment, name: string): string {
  return platform === "win32" ? `${name}.exe` : name;
}

/** The directories of `PATH`, in order; relative ones are left out. */
export function pathDirectories({ env, platform }: Environment): string[] {
  const key = Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  return (env[key] ?? "").split(platform === "win32" ? ";" : ":").filter((dir) => path.isAbsolute(dir));
}
