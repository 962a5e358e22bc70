import path from "node:path";
import { file } from "./fixtures";

/**
 * Writes a made-up app into a project: it synthesises the manifest of three stacks into CDKTF_OUTDIR, or reports a
 * mistake of the user's.
 */
export function installApp(project: string, { mistake }: { mistake?: string } = {}): void {
  file(path.join(project, "cdktf.json"), JSON.stringify({ app: "node app.js" }));
  file(path.join(project, "app.js"), mistake === undefined ? APP : failingApp(mistake));
}

/**
 * Installs a made-up tool of the framework into a project's `node_modules` and returns its script. It prints its
 * arguments and what of its environment matters, one JSON object a line; `--fail` makes it fail.
 */
export function installCli(
  project: string,
  name: "cdktf" | "cdktn",
  { native }: { native?: string } = {},
): string {
  const modules = path.join(project, "node_modules");
  const own = path.join(modules, `${name}-cli`);
  const manifest = { name: `${name}-cli`, version: "1.2.3", bin: { [name]: `bin/${name}.js` } };
  file(path.join(own, "package.json"), JSON.stringify(manifest));
  if (native !== undefined) {
    file(path.join(modules, "@cdktf/cli-core/package.json"), "{}");
    file(path.join(modules, "@cdktf/node-pty-prebuilt-multiarch/package.json"), "{}");
    file(path.join(modules, "@cdktf/node-pty-prebuilt-multiarch/index.js"), native);
  }
  return file(path.join(own, manifest.bin[name] ?? ""), TOOL);
}

const TOOL = `
const args = process.argv.slice(2);
const { TERRAFORM_BINARY_NAME, CHECKPOINT_DISABLE, CDKTF_DISABLE_PLUGIN_CACHE_ENV, TF_PLUGIN_CACHE_DIR, TF_CLI_CONFIG_FILE } = process.env;
const env = { TERRAFORM_BINARY_NAME, CHECKPOINT_DISABLE, CDKTF_DISABLE_PLUGIN_CACHE_ENV, TF_PLUGIN_CACHE_DIR, TF_CLI_CONFIG_FILE };
console.log(JSON.stringify({ args, env }));
if (args.includes("--fail")) {
  console.error("Error: something broke");
  process.exitCode = 3;
}
`;

const APP = `
const fs = require("node:fs");
const path = require("node:path");
const out = process.env.CDKTF_OUTDIR;
fs.mkdirSync(out, { recursive: true });
const stacks = { "foundation-keys-a": {}, "foundation-keys-b": {}, "consumers-a": {} };
fs.writeFileSync(path.join(out, "manifest.json"), JSON.stringify({ stacks }));
`;

function failingApp(mistake: string): string {
  return `console.error(${JSON.stringify(mistake)}); process.exitCode = 2;`;
}
