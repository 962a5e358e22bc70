import path from "node:path";
import { file } from "./fixtures";

/**
 * Writes a made-up app into a project: it synthesises three stacks, and those of an account `c` that left, into CDKTF_OUTDIR,
 * or reports a mistake of the user's.
 */
export function installApp(
  project: string,
  { mistake, hasDropped = false }: { mistake?: string; hasDropped?: boolean } = {},
): void {
  file(path.join(project, "cdktf.json"), JSON.stringify({ app: "node app.js" }));
  file(path.join(project, "app.js"), mistake === undefined ? app(hasDropped) : failingApp(mistake));
}

/**
 * Installs a made-up tool of the framework into a project's `node_modules` and returns its script.
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
  return file(path.join(own, manifest.bin[name] ?? ""));
}

const app = (hasDropped: boolean) => `
const fs = require("node:fs");
const path = require("node:path");
const out = process.env.CDKTF_OUTDIR;
const reads = { "foundation-keys-a": [], "foundation-access-a": ["foundation-keys-a"], "consumers-a": [] };
if (${hasDropped}) Object.assign(reads, { "dropped-keys-c": [], "dropped-access-c": [] });
const stacks = {};
for (const [name, dependencies] of Object.entries(reads)) {
  const workingDirectory = path.join("stacks", name);
  fs.mkdirSync(path.join(out, workingDirectory), { recursive: true });
  fs.writeFileSync(path.join(out, workingDirectory, "cdk.tf.json"), "{}");
  fs.writeFileSync(path.join(out, workingDirectory, ".terraform.lock.hcl"), "");
  stacks[name] = { workingDirectory, dependencies };
}
fs.writeFileSync(path.join(out, "manifest.json"), JSON.stringify({ stacks }));
fs.writeFileSync(path.join(out, "config"), String(process.env.KEYFERRY_CONFIG));
fs.writeFileSync(path.join(out, "lock"), String(process.env.KEYFERRY_LOCK));
`;

function failingApp(mistake: string): string {
  return `console.error(${JSON.stringify(mistake)}); process.exitCode = 2;`;
}
