import { readFileSync } from "node:fs";
import path from "node:path";
import type { Environment } from "../../../setup/environment";
import { isFile } from "../../../setup/files";
import { capture } from "../../../setup/program";

/** One of the framework's two command-line tools; both work on the same project. */
export interface FrameworkCli {
  readonly name: "cdktf" | "cdktn";
  readonly version: string;
  /** Absolute path of the script that Node runs. */
  readonly script: string;
}

/** What the choice depends on: the running version of Node, and the installed tools. */
export interface FrameworkParts {
  /** As in `process.versions.node`. */
  readonly nodeVersion: string;
  readonly cdktf?: FrameworkCli;
  /** cdktf starts Terraform through a native module that is prebuilt only for some versions of Node. */
  readonly cdktfLoads: boolean;
  readonly cdktn?: FrameworkCli;
}

/** cdktn-cli's `engines`. */
const OLDEST_NODE_OF_CDKTN: readonly [major: number, minor: number] = [22, 19];
const NATIVE_PART = "@cdktf/node-pty-prebuilt-multiarch";

/** The tool that works on this version of Node: `cdktf` if it can start, because users know it; otherwise `cdktn`. */
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

/** Loads the native module in a separate process, because an incompatible one could end this process. */
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

/** A file in the nearest `node_modules` above a directory that has the file, as Node resolves packages. */
function resolveFromPackages(from: string, file: string): string | undefined {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const candidate = path.join(dir, "node_modules", file);
    if (isFile(candidate)) return candidate;
    if (dir === path.dirname(dir)) return undefined;
  }
}
