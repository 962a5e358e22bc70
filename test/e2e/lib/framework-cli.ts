import { readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../../../setup/environment";
import { isFile } from "../../../setup/files";
import { capture } from "../../../setup/program";

/** The framework's command-line tool in one of its two makes; both drive the same project. */
export interface FrameworkCli {
  readonly name: "cdktf" | "cdktn";
  readonly version: string;
  /** Absolute; to be run by Node. */
  readonly script: string;
}

/** What decides: the Node that runs, and the tools that are installed. */
export interface FrameworkParts {
  /** As `process.versions.node` says it. */
  readonly nodeVersion: string;
  readonly cdktf?: FrameworkCli;
  /** cdktf starts Terraform through a native part that is prebuilt for some versions of Node only. */
  readonly cdktfLoads: boolean;
  readonly cdktn?: FrameworkCli;
}

/** cdktn-cli's `engines`. */
const OLDEST_NODE_OF_CDKTN: readonly [major: number, minor: number] = [22, 19];
const NATIVE_PART = "@cdktf/node-pty-prebuilt-multiarch";

/** The tool that works on this Node: `cdktf`, which users know, where it can start, else `cdktn`. */
export function chooseFrameworkCli(parts: FrameworkParts): FrameworkCli | undefined {
  if (parts.cdktf !== undefined && parts.cdktfLoads) return parts.cdktf;
  const [major = 0, minor = 0] = parts.nodeVersion.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE_OF_CDKTN;
  const newEnough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return newEnough ? parts.cdktn : undefined;
}

/** Finds the framework's tool among the project's packages. Keyferry does not need it; users may run it on the same stacks. */
export async function findFrameworkCli(
  environment: Environment,
  nodeVersion = process.versions.node,
): Promise<FrameworkCli> {
  const cdktf = installedCli(environment, "cdktf");
  const cdktn = installedCli(environment, "cdktn");
  const cdktfLoads = cdktf !== undefined && (await loadsNativePart(environment, cdktf));
  const chosen = chooseFrameworkCli({ nodeVersion, cdktf, cdktfLoads, cdktn });
  if (chosen !== undefined) return chosen;
  throw new Error(`no command-line tool of the CDK for Terraform works on Node ${nodeVersion}`);
}

function installedCli({ cwd }: Environment, name: FrameworkCli["name"]): FrameworkCli | undefined {
  const manifest = resolveFromPackages(cwd, path.join(`${name}-cli`, "package.json"));
  if (manifest === undefined) return undefined;
  const { version, bin } = JSON.parse(readFileSync(manifest, "utf8")) as {
    version: string;
    bin: Record<string, string>;
  };
  const script = bin[name];
  return script === undefined
    ? undefined
    : { name, version, script: path.join(path.dirname(manifest), script) };
}

/** Loads the native part in a process of its own: one that does not fit could end this one. */
async function loadsNativePart({ env, cwd }: Environment, cdktf: FrameworkCli): Promise<boolean> {
  const core = resolveFromPackages(
    path.dirname(cdktf.script),
    path.join("@cdktf", "cli-core", "package.json"),
  );
  const native = resolveFromPackages(
    path.dirname(core ?? cdktf.script),
    path.join(NATIVE_PART, "package.json"),
  );
  if (native === undefined) return false;
  const load = ["-e", "require(process.argv[1])", path.dirname(native)];
  return (await capture(process.execPath, load, { env, cwd })).exitCode === 0;
}

/** A file in the nearest `node_modules` above a directory that holds it, as Node resolves packages. */
function resolveFromPackages(from: string, file: string): string | undefined {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const candidate = path.join(dir, "node_modules", file);
    if (isFile(candidate)) return candidate;
    if (dir === path.dirname(dir)) return undefined;
  }
}
