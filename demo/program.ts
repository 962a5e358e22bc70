import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import pc from "picocolors";
import { shellWord } from "../core/shell-word";
import { workspace } from "../core/workspace";
import { startRehearsal } from "../sandbox";
import { serveProvider } from "../sandbox/provider/serve-provider";
import { loadTopology } from "../scripts/cli/load-config";
import { systemHost } from "../scripts/cli/system-host";
import { arrivals, replications } from "../topology";
import { carryOldDocuments, documents, replicated, writeDocuments } from "./documents";
import { furnish } from "./furnish";
import { inventory } from "./inventory";
import { command, stage } from "./stage";
import { table } from "./table";

/** The command line, from source and in the package, which resolves it by its own name. */
const KEYFERRY = path.join(
  path.dirname(createRequire(__filename).resolve("keyferry/package.json")),
  "bin/keyferry.js",
);

/** Copies take time in the cloud according to their size; at this scale a minute passes in about a second. */
const TIME_SCALE = 60;

export interface DemoOptions {
  /** Where the topology is declared. @default - keyferry.config.ts */
  readonly configuration?: string;
  /** Whether the cloud and its files are kept for inspection until Ctrl-C. @default false */
  readonly keep?: boolean;
}

/**
 * `keyferry demo`: all steps on a new rehearsal cloud, with the topology of the project in the working directory.
 * @throws KeyferryError if a stage fails
 */
export async function runDemo({ configuration, keep = false }: DemoOptions): Promise<void> {
  // A first Ctrl-C ends the running stage; the `finally` block then stops the cloud and removes its files.
  process.on("SIGINT", () => undefined);
  const topology = loadTopology(systemHost, configuration);
  const replicates = replications(topology).length > 0;
  const reEncrypts = topology.buckets.some(({ existingObjects }) => existingObjects === "re-encrypt");
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-demo-"));
  const cloud = await startRehearsal({ port: 0, timeScale: TIME_SCALE });
  const shown = rehearsalEnvironment(
    cloud.url,
    topology.operator.id,
    topology.rules[0]?.from.region ?? "us-east-1",
    directory,
    configuration,
  );
  enterRehearsal(shown);
  // The demo runs many Terraform commands, and each of them would start its own provider.
  const provider = await serveProvider(shown, directory, workspace(shown, process.cwd()).synthDir);
  const env = { ...shown, ...provider.env };
  // Next to the other rehearsals of this directory, and never in a directory with results from AWS.
  const results = path.join(process.cwd(), ".rehearsal", "demo");
  const manifest = path.join(results, "manifest.json");
  const page = path.join(results, "report.html");
  const keyferry = (...argv: string[]) =>
    command([KEYFERRY, ...argv], env, `npx keyferry ${argv.map(shellWord).join(" ")}`);
  const deploy = (stacks: string) => keyferry("deploy", stacks, "--auto-approve");
  try {
    await stage(`A rehearsal cloud, ${topology.accounts.length} accounts prepared`, async () => {
      await furnish(cloud.url, topology, (line) => console.log(`   ${line}`));
    });
    await stage("Foundation: keys, key policies, runner roles, buckets and their replication", () =>
      deploy("foundation-*"),
    );
    if (replicates) {
      await stage("A new object in each source bucket, which S3 replicates", () =>
        writeDocuments(cloud.url, topology, (line) => console.log(`   ${line}`)),
      );
    }
    const meanwhile = reEncrypts
      ? "; meanwhile older objects are re-encrypted under the key of their bucket and replicated"
      : "";
    await stage(`What would be copied${meanwhile}`, async () => {
      const old: string[] = [];
      const carried = reEncrypts ? carryOldDocuments(topology, (line) => old.push(line)) : undefined;
      await Promise.all([keyferry("plan"), carried]);
      for (const line of old) console.log(`   ${line}`);
    });
    await stage("Copy, share, re-encrypt, publish", () => keyferry("run", "--manifest", manifest));
    if (arrivals(topology).some(({ to }) => to.launch !== undefined)) {
      await stage("Consumers: Auto Scaling groups that launch from copies and from shared images", () =>
        deploy("consumers-*"),
      );
    }
    await stage("Proof", () => keyferry("verify"));
    if (replicates)
      await stage("The new objects have been replicated", () => replicated(cloud.url, topology));
    await stage("A report to share", () => keyferry("report", "--out", page));
    console.log(`\n${pc.bold("== All resources and their keys")}`);
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
      `\nThe machine-readable result is ${path.relative(process.cwd(), manifest)}; open the report ${path.relative(process.cwd(), page)} in a browser.`,
    );
    if (keep) await lookAround(shown, directory);
  } finally {
    provider.stop();
    await cloud.stop();
    if (!keep) rmSync(directory, { recursive: true, force: true });
  }
}

/** Removes the user's own AWS settings, which must not leak into a rehearsal. */
function rehearsalEnvironment(
  url: string,
  operator: string,
  region: string,
  directory: string,
  configuration: string | undefined,
): NodeJS.ProcessEnv {
  // Names that begin with AWS_SDK_JS_ configure the SDK and have nothing to do with an account.
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(?!AWS_)|^AWS_SDK_JS_/.test(name)),
  );
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
    ...(configuration === undefined ? {} : { KEYFERRY_CONFIG: configuration }),
  };
}

/** Calls of this process also go to the rehearsal cloud. */
function enterRehearsal(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

async function lookAround(env: NodeJS.ProcessEnv, directory: string): Promise<void> {
  console.log("\nThe rehearsal cloud runs until Ctrl-C. In another terminal:");
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
