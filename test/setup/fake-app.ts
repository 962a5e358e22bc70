import path from "node:path";
import { file } from "./fixtures";

/**
 * Writes a fake app into a project: it synthesises three stacks, and those of a removed account `c`, into CDKTF_OUTDIR,
 * or reports a mistake of the user.
 */
export function installApp(
  project: string,
  { mistake, hasDropped = false }: { mistake?: string; hasDropped?: boolean } = {},
): void {
  file(path.join(project, "cdktf.json"), JSON.stringify({ app: "node app.js" }));
  file(path.join(project, "app.js"), mistake === undefined ? app(hasDropped) : failingApp(mistake));
}

/** The alias that `plan-create` creates, with its account and Region. */
const KEYS_STACK = {
  provider: {
    aws: [{ alias: "eu-central-1", region: "eu-central-1", allowed_account_ids: ["111111111111"] }],
  },
  resource: {
    aws_kms_alias: {
      "home-eu-central-1_Alias_DDD1714D": { name: "alias/keyferry/acme/home", provider: "aws.eu-central-1" },
    },
  },
};

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
  const configuration = name === "foundation-keys-a" ? ${JSON.stringify(KEYS_STACK)} : {};
  fs.writeFileSync(path.join(out, workingDirectory, "cdk.tf.json"), JSON.stringify(configuration));
  fs.writeFileSync(path.join(out, workingDirectory, ".terraform.lock.hcl"), "");
  stacks[name] = { workingDirectory, dependencies };
}
fs.writeFileSync(path.join(out, "manifest.json"), JSON.stringify({ stacks }));
fs.writeFileSync(path.join(out, "config"), String(process.env.KEYFERRY_CONFIG));
fs.writeFileSync(path.join(out, "lock"), String(process.env.KEYFERRY_LOCK));
fs.writeFileSync(path.join(out, "never-made"), String(process.env.KEYFERRY_NEVER_MADE));
`;

function failingApp(mistake: string): string {
  return `console.error(${JSON.stringify(mistake)}); process.exitCode = 2;`;
}
