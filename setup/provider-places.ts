import path from "node:path";
import { variable, type Environment } from "./environment";
import { entriesOf } from "./files";
import { holdsProvider, PROVIDER } from "./provider-layout";

/** Directories in which mirrors are usually unpacked, per platform. */
const MIRROR_ROOTS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  win32: ["C:\\ProgramData"],
};
const UNIX_MIRROR_ROOTS = ["/opt", "/usr/local", "/srv", "/usr/share", "/var/lib"];

const SKIPPED_NAMES = new Set(["node_modules", "proc", "sys", "dev"]);
const MAX_DEPTH = 4;
/** Limits the search on a machine with very large directories. */
const MAX_DIRECTORIES = 20_000;

/**
 * The directories in which Terraform looks for providers by default, regardless of its working directory.
 * Source: Terraform's "CLI Configuration File", section "Implied Local Mirror Directories".
 */
export function impliedDirectories(environment: Environment): string[] {
  const { home, platform } = environment;
  if (platform === "win32") {
    const appData = variable(environment, "APPDATA") ?? path.join(home, "AppData", "Roaming");
    return [
      path.join(appData, "terraform.d", "plugins"),
      path.join(appData, "HashiCorp", "Terraform", "plugins"),
    ];
  }
  const own = path.join(home, ".terraform.d", "plugins");
  if (platform === "darwin") {
    const support = path.join("Library", "Application Support", "io.terraform", "plugins");
    return [own, path.join(home, support), path.join("/", support)];
  }
  const dataHome = variable(environment, "XDG_DATA_HOME") ?? path.join(home, ".local", "share");
  const dataDirs = (variable(environment, "XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share").split(":");
  const absolute = [dataHome, ...dataDirs].filter((dir) => path.isAbsolute(dir));
  return [own, ...absolute.map((dir) => path.join(dir, "terraform", "plugins"))];
}

/** The roots of the search for a mirror: those of the machine, and Terraform's directories in the home directory. */
export function mirrorRoots({ home, platform }: Environment): string[] {
  const own = entriesOf(home)
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(".terraform"))
    .map((entry) => path.join(home, entry.name));
  return [...own, ...(MIRROR_ROOTS[platform] ?? UNIX_MIRROR_ROOTS)];
}

/** The first mirror with a version of the provider at most four levels below a root, nearest to the roots first. */
export function searchMirror(
  environment: Environment,
  roots: readonly string[],
  version: string,
): string | undefined {
  let level: readonly string[] = roots;
  let visited = 0;
  for (let depth = 0; depth <= MAX_DEPTH && visited < MAX_DIRECTORIES; depth++) {
    visited += level.length;
    const deeper: string[] = [];
    for (const dir of level) {
      const names = subdirectories(dir);
      if (names.includes(PROVIDER.host) && holdsProvider(environment, dir, version)) return dir;
      deeper.push(...names.map((name) => path.join(dir, name)));
    }
    level = deeper;
  }
  return undefined;
}

function subdirectories(dir: string): string[] {
  return entriesOf(dir)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED_NAMES.has(entry.name))
    .map((entry) => entry.name);
}
