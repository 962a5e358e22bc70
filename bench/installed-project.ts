import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Answers } from "../scripts/init/answers";
import { projectFiles } from "../scripts/init/project-files";
import type { TopologyInput } from "../topology";

const ROOT = path.join(__dirname, "..");
const PACKAGES = path.join(ROOT, "node_modules");
/** Placeholder answers; the configuration that they produce is overwritten. */
const ANSWERS: Answers = {
  name: "bench",
  from: { account: "builder", id: "111111111111", region: "eu-west-1" },
  to: { account: "prod", id: "222222222222", region: "eu-west-1" },
  framework: "cdktf",
  workflow: false,
} as const;
/** Parts of the package's folder that are executed. */
const RUNS = ["bin", "dist", "package.json"];

/**
 * Creates a project as `keyferry init` does, with the package built from these sources; the dependencies of the package are those of the
 * repository.
 * @returns its directory
 * @throws TypeError if the package cannot be built
 */
export function installedProject(directory: string, topology: TopologyInput): string {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new TypeError(`the package cannot be built:\n${stdout}${stderr}`);
  const modules = path.join(directory, "node_modules");
  const own = path.join(modules, "keyferry");
  mkdirSync(own, { recursive: true });
  for (const name of readdirSync(PACKAGES))
    if (name !== "keyferry" && !name.startsWith("."))
      symlinkSync(path.join(PACKAGES, name), path.join(modules, name));
  for (const name of RUNS) cpSync(path.join(ROOT, name), path.join(own, name), { recursive: true });
  const files = projectFiles(ANSWERS, "0.0.0");
  const configuration = { "keyferry.config.ts": `export default ${JSON.stringify(topology)};\n` };
  for (const [name, text] of Object.entries({ ...files, ...configuration }))
    writeFileSync(path.join(directory, name), text);
  return directory;
}
