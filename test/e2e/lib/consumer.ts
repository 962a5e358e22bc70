/** Projects that use the packed package as a library, with either framework. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { TopologyInput } from "../../../topology";
import { ROOT } from "./process";

const MODULES = path.join(ROOT, "node_modules");
/** Installed by `npm ci --prefix test/cdktn`. */
const CDKTN_MODULES = path.join(ROOT, "test/cdktn/node_modules");

export const FRAMEWORKS = {
  cdktf: { entry: "keyferry", modules: [MODULES] },
  cdktn: { entry: "keyferry/cdktn", modules: [CDKTN_MODULES, MODULES] },
} as const;
export type Framework = keyof typeof FRAMEWORKS;

/** Whether CDK Terrain is installed; with CI=true it must be. */
export function hasCdktn(): boolean {
  if (existsSync(CDKTN_MODULES) || process.env["CI"] === "true") return true;
  process.stderr.write("skipped: CDK Terrain is not installed (npm ci --prefix test/cdktn)\n");
  return false;
}

/** Examples of constructs, which import from the package instead of the repository's folders, as in a user's project. */
const EXAMPLES = [
  "own-stack.ts",
  "bucket-replication.ts",
  "shared-image.ts",
  "granted-roles.ts",
  "audit-trail.ts",
];

function example(name: string, framework: Framework): string {
  const text = readFileSync(path.join(ROOT, "examples", name), "utf8");
  return text
    .replace('"../constructs"', `"${FRAMEWORKS[framework].entry}/constructs"`)
    .replace('"cdktf"', `"${framework}"`)
    .replaceAll('"@cdktf/', `"@${framework}/`);
}

/** Creates a project with the examples; its dependencies are the unpacked package and the repository's packages. */
export function consumer(directory: string, installed: string, framework: Framework): string {
  const modules = path.join(directory, "node_modules");
  mkdirSync(modules, { recursive: true });
  symlinkSync(installed, path.join(modules, "keyferry"));
  for (const from of FRAMEWORKS[framework].modules) {
    for (const name of readdirSync(from).filter((one) => !existsSync(path.join(modules, one)))) {
      symlinkSync(path.join(from, name), path.join(modules, name));
    }
  }
  for (const name of EXAMPLES) writeFileSync(path.join(directory, name), example(name, framework));
  const { entry } = FRAMEWORKS[framework];
  writeFileSync(
    path.join(directory, "entries.ts"),
    `export { plan } from "keyferry/api";
     export { keyPolicy } from "keyferry/policy";
     export { startRehearsal } from "keyferry/sandbox";
     export { synthesiseProject } from "${entry}/project";
     export { synthesise } from "${entry}/stacks";
     export { defineTopology } from "keyferry/topology";\n`,
  );
  return directory;
}

/** TypeScript's compilers: the one that new projects get, and the last one that is written in JavaScript. */
export const COMPILERS = {
  7: path.join(MODULES, "typescript-7/bin/tsc"),
  5: path.join(MODULES, "typescript/bin/tsc"),
} as const;

/** Compiles a consumer with one compiler and one way to resolve modules. @returns the compiler's output; empty if it has no errors */
export async function compileConsumer(
  directory: string,
  compiler: keyof typeof COMPILERS,
  resolution: "node16" | "nodenext" | "bundler",
  options: { readonly skipLibCheck: boolean },
): Promise<string> {
  const compilerOptions = {
    ...{ target: "es2022", strict: true, exactOptionalPropertyTypes: true, types: ["node"], noEmit: true },
    ...{ module: resolution === "bundler" ? "esnext" : resolution, moduleResolution: resolution },
    // The package's dependencies are next to its symbolic link, not next to the link's target.
    ...{ preserveSymlinks: true, ...options },
  };
  const file = path.join(directory, `tsconfig.${resolution}.json`);
  writeFileSync(file, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  return promisify(execFile)(process.execPath, [COMPILERS[compiler], "-p", file]).then(
    ({ stdout }) => stdout,
    (error: { readonly stdout: string }) => error.stdout,
  );
}

/** Writes the stacks of topologies with the packed package, each below a directory that is named after it. */
export async function writeStacks(
  framework: Framework,
  installed: string,
  topologies: readonly TopologyInput[],
  out: string,
): Promise<void> {
  const program = `
    const path = require("node:path");
    const { mkdirSync } = require("node:fs");
    const { createRequire } = require("node:module");
    const load = createRequire(${JSON.stringify(path.join(installed, "package.json"))});
    const { synthesise, synthSettings } = load(${JSON.stringify(`${FRAMEWORKS[framework].entry}/stacks`)});
    const { resolveTopology } = load("keyferry/topology");
    for (const topology of ${JSON.stringify(topologies)}) {
      const cwd = path.join(${JSON.stringify(out)}, topology.name);
      mkdirSync(cwd, { recursive: true });
      synthesise(resolveTopology(topology), synthSettings({}, cwd, path.join(cwd, "keyferry.config.ts")));
    }`;
  const env = { ...process.env, NODE_PATH: FRAMEWORKS[framework].modules.join(path.delimiter) };
  await promisify(execFile)(process.execPath, ["-e", program], { env });
}

/** A stack as Terraform reads it, without the framework's metadata. */
export interface WrittenStack {
  readonly providers: unknown;
  readonly rest: object;
}

/** Every stack below a directory, by its relative path. */
export function readStacks(directory: string): Readonly<Record<string, WrittenStack>> {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
    (name) => path.basename(name) === "cdk.tf.json",
  );
  return Object.fromEntries(
    files.map((name) => {
      const { terraform, ...rest } = JSON.parse(readFileSync(path.join(directory, name), "utf8")) as {
        readonly terraform: { readonly required_providers: unknown };
      };
      const { required_providers: providers, ...settings } = terraform;
      return [name, { providers, rest: { ...rest, "//": undefined, terraform: settings } }];
    }),
  );
}
