import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import pc from "picocolors";
import { ConfigurationError, isKeyferryError, mistakeText } from "../core/errors";
import { startRehearsal } from "../sandbox";
import { loadTopology } from "../scripts/cli/load-config";
import { systemHost } from "../scripts/cli/system-host";
import { carryOldDocuments, documents, replicated, writeDocuments } from "./documents";
import { furnish } from "./furnish";
import { inventory } from "./inventory";
import { command, stage } from "./stage";
import { table } from "./table";

// The SDK's notice about coming Node versions is for those who maintain Keyferry, not for those who try it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** `npm run demo`: the whole job on a rehearsal cloud. `--keep` leaves the cloud and its files to look around. */
const ROOT = path.resolve(__dirname, "..");

/** Copies take cloud time by their size; at this pace a minute passes in about a second. */
const TIME_SCALE = 60;

async function demo(keep: boolean): Promise<void> {
  const topology = loadTopology({ ...systemHost, cwd: ROOT });
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-demo-"));
  const cloud = await startRehearsal({ port: 0, timeScale: TIME_SCALE });
  const env = rehearsalEnvironment(
    cloud.url,
    topology.operator.id,
    topology.rules[0]?.from.region ?? "us-east-1",
    directory,
  );
  enterRehearsal(env);
  // Beside the rehearsals of this directory, and never where results of AWS are.
  const results = path.join(process.cwd(), ".rehearsal", "demo");
  const manifest = path.join(results, "manifest.json");
  const page = path.join(results, "report.html");
  const keyferry = (...argv: string[]) =>
    command([path.join(ROOT, "bin/keyferry.js"), ...argv], env, ROOT, `npx keyferry ${argv[0]}`);
  const deploy = (stacks: string) =>
    command(
      ["-r", "./bin/typescript.js", path.join(ROOT, "setup/deploy.ts"), "deploy", stacks, "--auto-approve"],
      env,
      ROOT,
      `npm run deploy -- '${stacks}'`,
    );
  try {
    await stage(`A rehearsal cloud, ${topology.accounts.length} accounts furnished`, async () => {
      await furnish(cloud.url, topology, (line) => console.log(`   ${line}`));
    });
    await stage("Foundation: keys, key policies, runner roles, buckets and their replication", () =>
      deploy("foundation-*"),
    );
    await stage("An object in a bucket, which S3 replicates from now on", () =>
      writeDocuments(cloud.url, topology, (line) => console.log(`   ${line}`)),
    );
    await stage(
      "What would be copied; meanwhile the bucket's old object is put under its key and replicated",
      async () => {
        const old: string[] = [];
        await Promise.all([keyferry("plan"), carryOldDocuments(topology, (line) => old.push(line))]);
        for (const line of old) console.log(`   ${line}`);
      },
    );
    await stage("Copy, share, re-encrypt, publish", () => keyferry("run", "--manifest", manifest));
    await stage("Consumers: Auto Scaling groups, on a copy of their own and on the shared image", () =>
      deploy("consumers-*"),
    );
    await stage("Proof", () => keyferry("verify"));
    await stage("What was written has arrived", () => replicated(cloud.url, topology));
    await stage("A report to share", () => keyferry("report", "--out", page));
    console.log(`\n${pc.bold("== What is where, under which key")}`);
    console.log(
      table([...(await inventory(cloud.url, topology)), ...(await documents(cloud.url, topology))], {
        account: "account",
        region: "Region",
        resource: "resource",
        device: "device or object",
        encryptedUnder: "encrypted under",
      }),
    );
    console.log(
      `\nThe machine-readable result is ${path.relative(process.cwd(), manifest)}; open ${path.relative(process.cwd(), page)} in a browser.`,
    );
    if (keep) await lookAround(env, directory);
  } finally {
    await cloud.stop();
    if (!keep) rmSync(directory, { recursive: true, force: true });
  }
}

/** The user's own AWS settings must not leak into a rehearsal. */
function rehearsalEnvironment(
  url: string,
  operator: string,
  region: string,
  directory: string,
): NodeJS.ProcessEnv {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  return {
    ...clean,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: operator,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_REGION: region,
    // The AWS CLI reads this one.
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: path.join(directory, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(directory, "no-aws-credentials"),
    KEYFERRY_REHEARSAL_DIR: directory,
  };
}

/** What this process asks itself goes to the rehearsal as well. */
function enterRehearsal(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

async function lookAround(env: NodeJS.ProcessEnv, directory: string): Promise<void> {
  console.log("\nThe rehearsal cloud stays until Ctrl-C. In another terminal:");
  for (const name of [
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "KEYFERRY_REHEARSAL_DIR",
  ]) {
    console.log(`  export ${name}=${env[name]}`);
  }
  console.log(`Its files are in ${directory}.`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => resolve());
  });
}

// A first Ctrl-C ends the running stage; the way out through `finally` then stops the cloud and removes its files.
process.on("SIGINT", () => undefined);

const WRONG_USAGE = 2;
const FAILED = 1;

function main(): Promise<void> {
  try {
    const { values } = parseArgs({ options: { keep: { type: "boolean", default: false } } });
    return demo(values.keep);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error("usage: npm run demo -- [--keep]");
    process.exitCode = WRONG_USAGE;
    return Promise.resolve();
  }
}

main().catch((error: unknown) => {
  console.error(isKeyferryError(error) ? `\n${mistakeText(error)}` : error);
  process.exitCode = error instanceof ConfigurationError ? WRONG_USAGE : FAILED;
});
