import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { firstTopology, type Answers } from "../../../scripts/init/answers";
import { projectFiles } from "../../../scripts/init/project-files";
import { PROJECT_DEPENDENCIES, PROJECT_DEV_DEPENDENCIES } from "../../../scripts/init/versions";
import { loadTypeScript } from "../../../scripts/cli/load-typescript";
import { Stage } from "../fake-aws/stage";
import { give } from "../lib/command";

const ROOT = path.resolve(__dirname, "../../..");

let cwd: string;
beforeEach(() => (cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-init-"))));
afterEach(() => fs.rmSync(cwd, { recursive: true }));

const init = (argv: readonly string[], change: Partial<Host> = {}) =>
  give(new Stage(), cwd, ["init", ...argv], change);
const read = (file: string) => fs.readFileSync(path.join(cwd, file), "utf8");
const written = () => (fs.readdirSync(cwd, { recursive: true }) as string[]).sort();

const FILES = [".gitignore", "cdktf.json", "keyferry.config.ts", "main.ts", "package.json", "tsconfig.json"];

const ANSWERS: Answers = {
  name: "acme",
  from: { account: "tools", id: "111111111111", region: "eu-west-1" },
  to: { account: "prod-eu", id: "222222222222", region: "eu-central-1" },
  framework: "cdktf",
  workflow: false,
};

test("a new project has a topology, an app, and everything that they need", async () => {
  const { exitCode, out, err } = await init(["--yes", "--name", "acme"]);
  expect([exitCode, out.trim().split("\n").sort()]).toEqual([0, FILES]);
  expect(written()).toEqual(FILES);
  expect(err).toContain("npx keyferry demo");
});

test("the written configuration declares what the answers contain", () => {
  const file = path.join(cwd, "keyferry.config.ts");
  const text = projectFiles(ANSWERS, "1.2.3")["keyferry.config.ts"] ?? "";
  fs.writeFileSync(file, text.replace("keyferry/topology", path.join(ROOT, "topology")));
  expect((loadTypeScript(file) as { default: unknown }).default).toEqual(firstTopology(ANSWERS));
});

test("missing options are asked for on a terminal, and an empty answer takes the default", async () => {
  const answers = ["tools=123456789012", "", "", "us-east-2"];
  const asked: string[] = [];
  const ask = (question: string) => Promise.resolve((asked.push(question), answers.shift()));
  expect((await init([], { ask })).exitCode).toBe(0);
  expect(asked).toHaveLength(4);
  const configuration = read("keyferry.config.ts");
  expect(configuration).toContain('tools: { id: "123456789012" }');
  expect(configuration).toContain('prod: { id: "222222222222" }');
  expect(configuration).toContain('regions: ["us-east-2"]');
});

test("all problems of the answers are reported together, and nothing is written", async () => {
  const { exitCode, err } = await init([
    "--yes",
    "--name",
    "Acme!",
    "--from",
    "tools=12",
    "--to-region",
    "eu-centre-1",
  ]);
  expect(exitCode).toBe(2);
  expect(err).toMatch(/3 problems/);
  expect(written()).toEqual([]);
  expect((await init(["--yes", "--from", "tools", "--to", "=1"])).err).toMatch(/2 problems.*--from.*--to/s);
});

test("existing files are never overwritten, and all of them are named", async () => {
  fs.writeFileSync(path.join(cwd, "main.ts"), "mine");
  fs.writeFileSync(path.join(cwd, "tsconfig.json"), "mine");
  const { exitCode, err } = await init(["--yes"]);
  expect(exitCode).toBe(2);
  expect(err).toMatch(/2 problems.*main\.ts.*tsconfig\.json/s);
  expect(written()).toEqual(["main.ts", "tsconfig.json"]);
});

test("existing package.json and .gitignore keep all their content", async () => {
  const before = {
    name: "mine",
    version: "3.0.0",
    scripts: { check: "mine" },
    dependencies: { cdktf: "0.20.0" },
  };
  fs.writeFileSync(path.join(cwd, "package.json"), JSON.stringify(before));
  fs.writeFileSync(path.join(cwd, ".gitignore"), "secrets\nnode_modules/");
  expect((await init(["--yes"])).exitCode).toBe(0);
  const after = JSON.parse(read("package.json")) as { dependencies: object };
  expect(after).toMatchObject(before);
  expect(Object.keys(after.dependencies)).toContain("keyferry");
  const ignored = read(".gitignore").split("\n");
  expect(ignored.slice(0, 2)).toEqual(["secrets", "node_modules/"]);
  expect(ignored.filter((line) => line === "node_modules/")).toHaveLength(1);
  expect(ignored).not.toContain("keyferry.lock.json");
});

test("an invalid package.json is reported, and nothing is written", async () => {
  fs.writeFileSync(path.join(cwd, "package.json"), "{");
  expect(await init(["--yes"])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining("package.json") as string,
  });
  expect(written()).toEqual(["package.json"]);
});

test("a new project uses the versions with which Keyferry is tested", () => {
  const tested = (directory: string) =>
    JSON.parse(fs.readFileSync(path.join(ROOT, directory, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
  const { typescript, ...others } = PROJECT_DEV_DEPENDENCIES;
  expect(tested(".").devDependencies).toMatchObject({
    ...PROJECT_DEPENDENCIES.cdktf,
    ...others,
    "typescript-7": `npm:typescript@${typescript}`,
  });
  expect(tested("test/cdktn").dependencies).toEqual(PROJECT_DEPENDENCIES.cdktn);
});

test.each(["cdktf", "cdktn"] as const)(
  "a new project with %s contains nothing of another framework",
  (framework) => {
    const files = projectFiles({ ...ANSWERS, framework }, "1.2.3");
    const manifest = JSON.parse(files["package.json"] ?? "") as { dependencies: object };
    expect(manifest).toMatchObject({ name: "acme", private: true });
    expect(manifest.dependencies).toEqual({ ...PROJECT_DEPENDENCIES[framework], keyferry: "1.2.3" });
    const entry = { cdktf: "keyferry/project", cdktn: "keyferry/cdktn/project" }[framework];
    expect(files["main.ts"]).toContain(`import { synthesiseProject } from "${entry}";`);
    expect(files["main.ts"]).toContain(`\`${framework} deploy\``);
  },
);

test("--framework selects CDK Terrain, and refuses unknown frameworks", async () => {
  expect((await init(["--yes", "--framework", "pulumi"])).err).toContain("cdktf, cdktn");
  expect(written()).toEqual([]);
  expect((await init(["--yes", "--framework", "cdktn"])).exitCode).toBe(0);
  expect(read("main.ts")).toContain("keyferry/cdktn/project");
  expect(written()).toEqual(FILES);
});

test("a project that uses one framework does not get another one", async () => {
  const manifest = JSON.stringify({
    dependencies: { cdktf: "0.21.0" },
    devDependencies: { "@cdktf/provider-aws": "20.1.0", constructs: "10.7.1" },
  });
  fs.writeFileSync(path.join(cwd, "package.json"), manifest);
  const { exitCode, err } = await init(["--yes", "--framework", "cdktn"]);
  expect(exitCode).toBe(2);
  expect(err).toMatch(/2 problems.*@cdktf\/provider-aws.*--framework cdktf/s);
  expect(written()).toEqual(["package.json"]);
});

test("the workflow gives pull requests no credentials, and stores no key", () => {
  const text = projectFiles({ ...ANSWERS, workflow: true }, "1.2.3")[".github/workflows/keyferry.yml"] ?? "";
  expect(text).not.toMatch(/pull_request_target|aws-access-key|secrets\./);
  expect(text).toContain("github.event_name != 'pull_request'");
  expect(text.match(/id-token: write/g)).toHaveLength(1);
});
