import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { cacheDir, variable, type Environment } from "./environment";
import { entriesOf, isFile } from "./files";
import { missing } from "./missing";
import { holdsProvider, PROVIDER_ADDRESS } from "./provider-layout";
import { impliedDirectories, mirrorRoots, searchMirror } from "./provider-places";
import { providerVersion } from "./provider-version";

/** Where Terraform gets the AWS provider from. */
export type ProviderSource =
  /** The user's CLI configuration specifies how providers are installed; it is not changed. */
  | { readonly kind: "user-config"; readonly path: string }
  /** A directory in which Terraform looks by default. */
  | { readonly kind: "implied-directory"; readonly path: string }
  /** A filesystem mirror to which a CLI configuration written by Keyferry points. */
  | { readonly kind: "mirror"; readonly path: string; readonly origin: "KEYFERRY_PROVIDER_MIRROR" | "search" }
  | { readonly kind: "registry" };

/**
 * Finds the AWS provider in the version that the project requires; reads only. The order: the user's own CLI configuration, Terraform's default
 * directories, `KEYFERRY_PROVIDER_MIRROR`, a mirror in the usual places, the registry.
 *
 * @param roots @default - the usual places of this machine
 * @throws KeyferryError `ProviderMirrorUnusable` if the named mirror does not contain the provider
 */
export function findProvider(
  environment: Environment,
  roots: readonly string[] = mirrorRoots(environment),
): ProviderSource {
  const config = userConfigs(environment).find(installsProviders);
  if (config !== undefined) return { kind: "user-config", path: config };
  const version = providerVersion(environment);
  const implied = impliedDirectories(environment).find((dir) => holdsProvider(environment, dir, version));
  if (implied !== undefined) return { kind: "implied-directory", path: implied };
  const named = variable(environment, "KEYFERRY_PROVIDER_MIRROR");
  if (named !== undefined) return namedMirror(environment, named, version);
  const vendored = path.join(environment.cwd, "terraform.d", "plugins");
  const found = searchMirror(environment, [vendored, ...roots], version);
  return found === undefined ? { kind: "registry" } : { kind: "mirror", path: found, origin: "search" };
}

function namedMirror(environment: Environment, named: string, version: string): ProviderSource {
  const mirror = path.resolve(environment.cwd, named);
  if (holdsProvider(environment, mirror, version))
    return { kind: "mirror", path: mirror, origin: "KEYFERRY_PROVIDER_MIRROR" };
  throw missing(
    "ProviderMirrorUnusable",
    `KEYFERRY_PROVIDER_MIRROR names ${mirror}, which does not contain ${PROVIDER_ADDRESS} ${version} for this platform`,
    "set it to the directory that `terraform providers mirror` filled, or unset it",
  );
}

/**
 * Variables for this source that Terraform needs in addition to the user's own; undefined means "unset". Writes the CLI
 * configuration for a mirror into the cache.
 */
export function providerVariables(
  environment: Environment,
  source: ProviderSource,
): Readonly<Record<string, string | undefined>> {
  if (source.kind === "mirror") return { TF_CLI_CONFIG_FILE: writeCliConfig(environment, source.path) };
  // If it names a file that does not exist, Terraform only warns and ignores the user's own files.
  return configOverride(environment) === undefined ? { TF_CLI_CONFIG_FILE: undefined } : {};
}

/** The file that `TF_CLI_CONFIG_FILE` names, if it exists. */
function configOverride(environment: Environment): string | undefined {
  const named = variable(environment, "TF_CLI_CONFIG_FILE");
  return named !== undefined && isFile(path.resolve(environment.cwd, named)) ? named : undefined;
}

/**
 * The CLI configuration files that Terraform reads.
 * Source: Terraform's "CLI Configuration File", section "Locations".
 */
function userConfigs(environment: Environment): string[] {
  const override = configOverride(environment);
  if (override !== undefined) return [path.resolve(environment.cwd, override)];
  const { home, platform } = environment;
  const appData = variable(environment, "APPDATA") ?? path.join(home, "AppData", "Roaming");
  const [main, directory] =
    platform === "win32"
      ? [path.join(appData, "terraform.rc"), path.join(appData, "terraform.d")]
      : [path.join(home, ".terraformrc"), path.join(home, ".terraform.d")];
  const extra = entriesOf(directory).filter((entry) => entry.name.endsWith(".tfrc"));
  return [main, ...extra.map((entry) => path.join(directory, entry.name))].filter(isFile);
}

function installsProviders(file: string): boolean {
  return /^\s*provider_installation\s*\{/m.test(readFileSync(file, "utf8"));
}

function writeCliConfig(environment: Environment, mirror: string): string {
  const file = path.join(cacheDir(environment), "terraform.rc");
  const address = JSON.stringify(PROVIDER_ADDRESS);
  const lines = [
    "provider_installation {",
    "  filesystem_mirror {",
    `    path    = ${JSON.stringify(mirror)}`,
    `    include = [${address}]`,
    "  }",
    "  direct {",
    `    exclude = [${address}]`,
    "  }",
    "}",
    "",
  ];
  mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${randomUUID()}`;
  writeFileSync(partial, lines.join("\n"));
  renameSync(partial, file);
  return file;
}
