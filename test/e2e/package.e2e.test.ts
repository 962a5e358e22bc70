import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { administrator, type Administrator } from "../../demo/clients";
import { workspace } from "../../core/workspace";
import { serveProvider, type ProviderServer } from "../../sandbox/provider/serve-provider";
import type { TopologyInput } from "../../topology";
import { BUCKETS, SHARING } from "../_helpers/topologies";
import {
  COMPILERS,
  compileConsumer,
  consumer,
  FRAMEWORKS,
  hasCdktn,
  readStacks,
  writeStacks,
  type Framework,
} from "./lib/consumer";
import { fetchedPackage } from "./lib/fetched-package";
import { eventually, ROOT, start } from "./lib/rehearsal";

jest.setTimeout(600_000);

const { version: VERSION } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  readonly version: string;
};

/** A directory with the unpacked package; its dependencies come from the repository. */
let directory: string;
const installed = () => path.join(directory, "node_modules/keyferry");
const TARBALL = path.join(ROOT, "build", `keyferry-${VERSION}.tgz`);
beforeAll(async () => {
  const run = promisify(execFile);
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-package-"));
  await run("npm", ["run", "--silent", "pack"], { cwd: ROOT });
  mkdirSync(installed(), { recursive: true });
  await run("tar", ["-xzf", TARBALL, "-C", installed(), "--strip-components=1"]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const env = { ...process.env, NODE_PATH: path.join(ROOT, "node_modules") };
const bin = (name: string) => path.join(directory, "node_modules/keyferry/bin", name);

interface Manifest {
  readonly dependencies: object;
  readonly devDependencies?: object;
  readonly optionalDependencies?: object;
  readonly scripts?: object;
}

test("its package.json has no development or optional dependencies and no scripts", () => {
  const file = path.join(directory, "node_modules/keyferry/package.json");
  const { devDependencies, optionalDependencies, scripts } = JSON.parse(
    readFileSync(file, "utf8"),
  ) as Manifest;
  expect({ devDependencies, optionalDependencies, scripts }).toEqual({});
});

test("every file that its README links to is in the package", () => {
  const root = path.join(directory, "node_modules/keyferry");
  const links = [...readFileSync(path.join(root, "README.md"), "utf8").matchAll(/\]\(([^)#]+)/g)];
  const missing = links.flatMap(([, link = ""]) =>
    link.startsWith("http") || existsSync(path.join(root, link)) ? [] : [link],
  );
  expect(links.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

test("publint and are-the-types-wrong find no problems", async () => {
  const judge = path.join(ROOT, "test/e2e/lib/judge_package.mjs");
  const { stdout, stderr } = await start([judge, installed(), TARBALL], env, ROOT).finished;
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ publint: [], types: [] });
});

describe("its type declarations match its JavaScript", () => {
  // The declarations themselves are checked once, for CDK Terrain: those for CDK for Terraform differ only in their imports.
  const ways = [
    ["cdktf", 5, "node16", { skipLibCheck: true }],
    ["cdktf", 7, "nodenext", { skipLibCheck: true }],
    ["cdktf", 7, "bundler", { skipLibCheck: true }],
    ["cdktn", 7, "node16", { skipLibCheck: false }],
  ] as const;

  test.each(ways.filter(([framework]) => framework === "cdktf" || hasCdktn()))(
    "in strict projects with %s and TypeScript %s that resolve modules as %s",
    async (framework, compiler, resolution, options) => {
      const project = path.join(directory, `${framework}-${resolution}`);
      consumer(project, installed(), framework);
      expect(await compileConsumer(project, compiler, resolution, options)).toBe("");
    },
  );
});

/** A shared multi-Region key, a key for launches, and a key with imported material. */
const KEYS: TopologyInput = {
  name: "named",
  accounts: { platform: { id: "111111111111" }, prod: { id: "222222222222" } },
  keys: {
    data: {
      account: "platform",
      regions: ["eu-west-1", "eu-central-1"],
      multiRegion: true,
      sharedWith: { accounts: ["prod"] },
    },
    launched: { account: "platform", regions: ["eu-west-1"], launchGrants: [{ account: "prod" }] },
    brought: { account: "platform", regions: ["eu-west-1"], imported: true },
  },
};

(hasCdktn() ? test : test.skip)(
  "CDK Terrain writes the same stacks as CDK for Terraform, with another provider version",
  async () => {
    const written = async (framework: Framework) => {
      const out = path.join(directory, "stacks", framework);
      await writeStacks(framework, installed(), [SHARING, KEYS, BUCKETS], out);
      return readStacks(out);
    };
    const cdktf = await written("cdktf");
    const cdktn = await written("cdktn");
    expect(Object.keys(cdktn)).toEqual(Object.keys(cdktf));
    expect(Object.keys(cdktn).length).toBeGreaterThan(12);
    for (const [name, { rest, providers }] of Object.entries(cdktn)) {
      expect({ name, rest }).toEqual({ name, rest: cdktf[name]?.rest });
      expect(providers).toEqual({ aws: { source: "hashicorp/aws", version: "6.66.0" } });
    }
  },
);

test("the installed command shows its help", async () => {
  const { code, stdout } = await start([bin("keyferry.js"), "--help"], env, directory).finished;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: keyferry/);
});

test("the library's constructs synthesise", async () => {
  writeFileSync(
    path.join(directory, "stack.js"),
    `const { Testing } = require("cdktf");
     const { CustomerManagedKey } = require("keyferry/constructs");
     const props = { alias: "alias/data", description: "data" };
     console.log(Testing.synthScope((scope) => new CustomerManagedKey(scope, "key", props)));`,
  );
  const { stdout, stderr } = await start(["stack.js"], env, directory).finished;
  expect(stderr).toBe("");
  expect(Object.keys((JSON.parse(stdout) as { resource: object }).resource)).toEqual([
    "aws_kms_alias",
    "aws_kms_key",
  ]);
});

test("the API returns errors to a program, and prints nothing", async () => {
  writeFileSync(
    path.join(directory, "carry.js"),
    `const { writeFileSync } = require("node:fs");
     const { ConfigurationError, plan } = require("keyferry/api");
     const wrong = { name: "acme", accounts: { builder: { id: "1" } }, images: {} };
     void plan(wrong).catch((error) =>
       writeFileSync("told.json", JSON.stringify([error instanceof ConfigurationError, error.problems[0].path])));`,
  );
  const { code, stdout, stderr } = await start(["carry.js"], env, directory).finished;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(JSON.parse(readFileSync(path.join(directory, "told.json"), "utf8"))).toEqual([
    true,
    "accounts.builder.id",
  ]);
});

test("the rehearsal cloud starts", async () => {
  const { child, finished } = start([bin("keyferry-sandbox.js"), "--port", "0"], env, directory);
  let printed = "";
  child.stdout?.on("data", (text: string) => (printed += text));
  const url = await eventually("the address", () =>
    Promise.resolve(/AWS_ENDPOINT_URL=(\S+)/.exec(printed)?.[1]),
  );
  const health = await fetch(`${url}/_rehearsal/health`);
  expect(await health.json()).toMatchObject({ ready: true, version: "0.1.0" });
  child.kill("SIGTERM");
  await finished;
});

/** Creates the directory of a new project, with the repository's packages in place of those that npm would install. */
function newProject(name: string, framework: Framework): string {
  const project = path.join(directory, name);
  mkdirSync(path.join(project, "node_modules"), { recursive: true });
  const [frameworks = ""] = FRAMEWORKS[framework].modules;
  const packages = [
    [path.join(directory, "node_modules"), "keyferry"],
    [path.join(ROOT, "node_modules"), "@types"],
    ...[`@${framework}`, framework, "constructs"].map((one) => [frameworks, one] as const),
  ] as const;
  for (const [from, one] of packages)
    symlinkSync(path.join(from, one), path.join(project, "node_modules", one));
  return project;
}

(hasCdktn() ? test : test.skip)(
  "a new project with either framework compiles, and both write the same stacks",
  async () => {
    const stacksOf = async (framework: Framework) => {
      const project = newProject(`new-${framework}`, framework);
      const own = { ...env, NODE_PATH: FRAMEWORKS[framework].modules.join(path.delimiter) };
      await succeed(project, own, [
        [bin("keyferry.js"), "init", "--yes", "--name", "acme", "--framework", framework],
        [COMPILERS[7]],
        [bin("keyferry.js"), "synth"],
        [bin("keyferry.js"), "doctor", "--offline"],
      ]);
      return readStacks(path.join(project, "cdktf.out"));
    };
    const cdktf = await stacksOf("cdktf");
    const cdktn = await stacksOf("cdktn");
    expect(Object.keys(cdktn)).toEqual(Object.keys(cdktf));
    expect(Object.keys(cdktn).length).toBeGreaterThan(3);
    for (const [name, { rest, providers }] of Object.entries(cdktn)) {
      expect({ name, rest }).toEqual({ name, rest: cdktf[name]?.rest });
      expect(providers).toEqual({ aws: { source: "hashicorp/aws", version: "6.66.0" } });
    }
  },
);

/** Runs a project's commands one after another; all must succeed. @returns their output */
async function succeed(
  project: string,
  own: NodeJS.ProcessEnv,
  commands: readonly (readonly string[])[],
): Promise<string> {
  let printed = "";
  for (const argv of commands) {
    const { code, stdout, stderr } = await start(argv, own, project).finished;
    expect({ argv, code, said: code === 0 ? "" : stdout + stderr }).toEqual({ argv, code: 0, said: "" });
    printed += stdout;
  }
  return printed;
}

test("with pnpm, where packages find only their own dependencies, the app of a new project works", async () => {
  const fetched = await fetchedPackage("pnpm@10.34.9", directory);
  if (fetched === undefined) return;
  const project = path.join(directory, "with-pnpm");
  mkdirSync(project);
  const own = { ...process.env, NODE_PATH: undefined };
  await succeed(project, env, [[bin("keyferry.js"), "init", "--yes", "--name", "acme"]]);
  const file = path.join(project, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const dependencies = { ...manifest.dependencies, keyferry: `file:${TARBALL}` };
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies }));
  // Without hoisting, a package finds only the dependencies that it declares.
  const install = [
    "install",
    "--config.hoist=false",
    "--reporter=append-only",
    "--loglevel=error",
    "--store-dir",
    `${project}/store`,
  ];
  await succeed(project, own, [[path.join(fetched, "bin/pnpm.cjs"), ...install]]);
  const modules = path.join(project, "node_modules");
  const printed = await succeed(project, own, [
    [path.join(modules, "typescript/bin/tsc")],
    [path.join(modules, "keyferry/bin/keyferry.js"), "synth"],
  ]);
  expect(printed).toContain("foundation-keys-prod");
});

/** The maintained versions of Node, in addition to the one that runs this test. */
const NODES = ["of this test", "22.23.5", "24.22.3", "26.12.1"];

/** The path of a version of Node; undefined if npm cannot fetch it, which is reported. */
async function nodeOf(version: string): Promise<string | undefined> {
  if (version === "of this test") return process.execPath;
  const name = `node-${process.platform}-${process.arch}@${version}`;
  const fetched = await fetchedPackage(name, directory, "bin/node");
  return fetched === undefined ? undefined : path.join(fetched, "bin/node");
}

test.each(NODES)(
  "with Node %s a new project is compiled, deployed with bootstrap's roles, run, verified and destroyed on a rehearsal cloud",
  async (version) => {
    const node = await nodeOf(version);
    if (node === undefined) return;
    const project = newProject(`acme-${version.replaceAll(" ", "-")}`, "cdktf");
    // Programs that the commands start run with the same Node.
    const own = { ...env, PATH: `${path.dirname(node)}${path.delimiter}${process.env["PATH"] ?? ""}` };
    const cloud = start(
      [bin("keyferry.js"), "sandbox", "--port", "0", "--time-scale", "60"],
      own,
      project,
      node,
    );
    let printed = "";
    cloud.child.stdout?.on("data", (text: string) => (printed += text));
    let provider: ProviderServer | undefined;
    const keyferry = async (argv: readonly string[], more: NodeJS.ProcessEnv = {}) => {
      const command = start([bin("keyferry.js"), ...argv], { ...own, ...more }, project, node);
      const { code, stdout, stderr } = await command.finished;
      expect({ argv, code, stderr: code === 0 ? "" : stdout + stderr }).toEqual({
        argv,
        code: 0,
        stderr: "",
      });
      // Node prints deprecation warnings and flags that it does not know there.
      expect(stderr).not.toMatch(/Warning|unrecognized flag/);
      return stdout;
    };
    try {
      await keyferry(["init", "--yes", "--name", "acme", "--workflow"]);
      expect((await start([COMPILERS[7]], own, project, node).finished).stdout).toBe("");
      expect(await keyferry(["synth"])).toContain("foundation-keys-prod");
      expect(await keyferry(["doctor", "--offline"])).toContain("proved:");

      const url = await eventually("the address", () =>
        Promise.resolve(/AWS_ENDPOINT_URL=(\S+)/.exec(printed)?.[1]),
      );
      const rehearsal = {
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: "111111111111",
        AWS_SECRET_ACCESS_KEY: "rehearsal",
        AWS_REGION: "eu-west-1",
      };
      // Terraform and its provider do not depend on Node: Terraform starts the provider itself for only one version in this file.
      if (version !== NODES[0])
        provider = await serveProvider(
          { ...own, ...rehearsal },
          project,
          workspace(rehearsal, project).synthDir,
        );
      const withProvider = { ...rehearsal, ...provider?.env };
      await keyferry(["furnish"], rehearsal);
      const roles = JSON.parse(
        await keyferry(["bootstrap", "--as", "cloudformation"]),
      ) as CloudFormationTemplate;
      for (const { Condition, Properties } of Object.values(roles.Resources))
        await replacePolicy(administrator(url, Condition.replace("Is", ""), "us-east-1"), Properties);

      await keyferry(["deploy", "foundation-*", "--auto-approve"], withProvider);
      await keyferry(["run"], rehearsal);
      await keyferry(["deploy", "consumers-*", "--auto-approve"], withProvider);
      expect(await keyferry(["verify"], rehearsal)).toContain("proved");
      await keyferry(["destroy", "consumers-*", "--auto-approve"], withProvider);
      const prod = administrator(url, "222222222222", "eu-central-1");
      expect(
        (await prod.autoScaling.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups,
      ).toEqual([]);
    } finally {
      provider?.stop();
      cloud.child.kill("SIGTERM");
      await cloud.finished;
    }
  },
);

interface Role {
  readonly RoleName: string;
  readonly Policies: readonly { readonly PolicyName: string; readonly PolicyDocument: object }[];
}

/** Replaces the policy of a role to which a rehearsal allows everything. */
async function replacePolicy({ iam }: Administrator, { RoleName, Policies }: Role): Promise<void> {
  const [{ PolicyDocument } = { PolicyDocument: {} }, ...more] = Policies;
  expect(more).toEqual([]);
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: "deploy",
      PolicyDocument: JSON.stringify(PolicyDocument),
    }),
  );
}

interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, { readonly Condition: string; readonly Properties: Role }>>;
}
