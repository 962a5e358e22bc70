import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { isKeyferryError } from "../../core/errors";
import { reviewRefs } from "../../scripts/api/review";
import { GitHubStandIn } from "../scripts/github/lib/stand-in";
import { eventually, ROOT, start } from "./lib/process";

jest.setTimeout(120_000);

/** A repository with a project in a subfolder, and a folder for the temporary files of a review. */
let directory: string;
let top: string;
let project: string;
let scratch: string;

const git = (...argv: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...argv], {
    cwd: top,
    encoding: "utf8",
  });
const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(top, file)), { recursive: true });
  writeFileSync(path.join(top, file), text);
};
const commit = (branch: string) => {
  git("add", "-A");
  git("commit", "-q", "-m", branch);
  git("branch", "-f", branch);
};

interface Change {
  readonly regions?: readonly string[];
  readonly before?: string;
}

/** A configuration with a value from a package of the repository's own workspace. */
const config = ({ regions = ["eu-west-1"], before = "" }: Change = {}) => `
import { source } from "own-names";
${before}
export default {
  name: "acme",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: source } },
      to: [{ account: "prod", regions: ${JSON.stringify(regions)} }],
    },
  },
};
`;

const CONFIG = "infra/keyferry.config.ts";

beforeAll(() => {
  directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), "keyferry-refs-")));
  top = path.join(directory, "repository");
  project = path.join(top, "infra");
  scratch = path.join(directory, "scratch");
  mkdirSync(top);
  mkdirSync(scratch);
  git("init", "-q", "-b", "start");
  write(".gitignore", "node_modules/\ncdktf.out/\n.keyferry/\n");
  git("add", "-A");
  git("commit", "-q", "-m", "before the project");
  git("branch", "no-project");

  write("infra/cdktf.json", JSON.stringify({ app: "node -r keyferry/typescript main.ts" }));
  write(
    "infra/main.ts",
    'import { synthesiseProject } from "keyferry/stacks";\nvoid synthesiseProject(__dirname);\n',
  );
  write("infra/package-lock.json", "{}");
  write("packages/names/package.json", JSON.stringify({ name: "own-names", main: "index.js" }));
  write("packages/names/index.js", 'exports.source = "web-*";');
  write(CONFIG, config());
  commit("base");

  write(CONFIG, config({ regions: ["eu-west-1", "eu-central-1"] }));
  write("infra/package-lock.json", '{"changed":true}');
  write("packages/names/index.js", 'exports.source = "web-2-*";');
  commit("more");
  write(CONFIG, config({ regions: [] }));
  commit("wrong");
  const wait = `require("node:fs").writeFileSync(${JSON.stringify(path.join(scratch, "waits"))}, ""); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);`;
  write(CONFIG, config({ before: wait }));
  commit("slow");
  git("checkout", "-q", "base");
  git("checkout", "-q", "--detach");
  write("infra/.gitattributes", "big.bin filter=broken\n");
  write("infra/big.bin", "x");
  commit("no-checkout");
  git("checkout", "-q", "base");
  git("config", "filter.broken.smudge", "false");
  git("config", "filter.broken.required", "true");
  // A user's Git hook must not run.
  write(".git/hooks/post-checkout", `#!/bin/sh\ntouch ${path.join(directory, "hook-ran")}\n`);
  execFileSync("chmod", ["+x", path.join(top, ".git/hooks/post-checkout")]);

  // What npm would install: the package, and a link to the workspace's package.
  const installed = path.join(project, "node_modules/keyferry");
  mkdirSync(installed, { recursive: true });
  const exported = { "./stacks": "./stacks.js", "./typescript": "./typescript.js" };
  writeFileSync(
    path.join(installed, "package.json"),
    JSON.stringify({ name: "keyferry", exports: exported }),
  );
  writeFileSync(
    path.join(installed, "stacks.js"),
    `module.exports = require(${JSON.stringify(path.join(ROOT, "stacks/project.ts"))});`,
  );
  writeFileSync(
    path.join(installed, "typescript.js"),
    `require(${JSON.stringify(path.join(ROOT, "bin/typescript.js"))});`,
  );
  mkdirSync(path.join(top, "node_modules"));
  execFileSync("ln", ["-s", "../packages/names", path.join(top, "node_modules/own-names")]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const env = { ...process.env, TMPDIR: "", NO_COLOR: "1" };
const reviewIn = (more: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
  start(
    [path.join(ROOT, "bin/keyferry.js"), "review", ...argv],
    { ...env, TMPDIR: scratch, AWS_ENDPOINT_URL: "http://127.0.0.1:1", ...more },
    project,
  );
const review = (...argv: readonly string[]) => reviewIn({}, ...argv);
let bothRefs: ReturnType<typeof review>["finished"] | undefined;
/** The review of the refs `base` and `more`, which runs only once. */
const reviewOfBoth = () => (bothRefs ??= review("base", "more", "--json").finished);

/** Asserts that a review left nothing: no files, no Git work trees and no changes in the user's work tree. */
function expectNothingLeft(changed: readonly string[] = []): void {
  expect(readdirSync(scratch).filter((name) => name.startsWith("keyferry-review-"))).toEqual([]);
  expect(git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1);
  expect(git("status", "--porcelain").trim().split("\n").filter(Boolean)).toEqual(changed);
  expect(existsSync(path.join(directory, "hook-ran"))).toBe(false);
}

test("one workflow writes the review of a fork's refs without a token, and another one posts it as one comment", async () => {
  const github = new GitHubStandIn("acme/infra");
  await github.start();
  try {
    github.tokens.set("ghs_job", { login: "github-actions[bot]" });
    const sha = git("rev-parse", "more").trim();
    const pull = github.addPull(7, "fork:more", sha);
    const file = path.join(directory, "review.json");
    const written = await reviewOfBoth();
    expect(written.code).toBe(1);
    writeFileSync(file, written.stdout);

    const event = path.join(directory, "event.json");
    const run = {
      event: "pull_request",
      head_sha: sha,
      head_branch: "more",
      head_repository: { owner: { login: "fork" } },
    };
    writeFileSync(event, JSON.stringify({ workflow_run: run }));
    const job = {
      GITHUB_TOKEN: "ghs_job",
      GITHUB_REPOSITORY: "acme/infra",
      GITHUB_EVENT_PATH: event,
      GITHUB_OUTPUT: path.join(directory, "outputs"),
      GITHUB_API_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    };
    const posted = await reviewIn(job, "--from", file, "--comment", "--format", "markdown").finished;
    expect(posted).toMatchObject({ code: 1, stderr: expect.stringContaining("comment posted") });
    expect(posted.stdout + posted.stderr).not.toContain("ghs_job");
    expect(pull.comments.map(({ body }) => body.trimEnd())).toEqual([posted.stdout.trimEnd()]);
    expect(posted.stdout).toContain("also arrives in 222222222222 eu-central-1");
    expect(readFileSync(job.GITHUB_OUTPUT, "utf8")).toBe("pull-request=7\n");

    writeFileSync(file, '{"version":1,"html":"<b>"}');
    expect(await reviewIn(job, "--from", file, "--comment").finished).toMatchObject({ code: 2, stdout: "" });
    expect(pull.comments).toHaveLength(1);
  } finally {
    github.stop();
  }
});

test("two refs are synthesised with the installed packages, but each with its own workspace package, and compared; no files are left", async () => {
  const { code, stdout, stderr } = await reviewOfBoth();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining("different package-lock.json"),
  });
  const { findings } = JSON.parse(stdout) as { findings: readonly { rule: string; message: string }[] };
  const copies = findings.filter(({ rule }) => rule.startsWith("copy-"));
  expect(copies.map(({ message }) => message)).toEqual([
    "image web into 222222222222 eu-west-1 comes from newest web-2-* of 111111111111 eu-west-1, previously newest web-* of 111111111111 eu-west-1",
    "image web also arrives in 222222222222 eu-central-1, from newest web-2-* of 111111111111 eu-west-1",
  ]);
  expectNothingLeft();
});

test("a single ref is compared with the project's work tree, with the settings of the base", async () => {
  write(CONFIG, config({ regions: ["eu-central-1"] }));
  write("infra/keyferry.review.json", JSON.stringify({ rules: { "copy-removed": "off" } }));
  try {
    const { code, stdout } = await review("base").finished;
    expect(stdout).toContain("image web no longer arrives in 222222222222 eu-west-1");
    expect(code).toBe(1);
    expectNothingLeft(["M infra/keyferry.config.ts", "?? infra/keyferry.review.json"]);
  } finally {
    rmSync(path.join(project, "keyferry.review.json"));
    git("-c", `core.hooksPath=${os.devNull}`, "checkout", "-q", "--", CONFIG);
  }
});

test("a ref that cannot be reviewed is reported with the reason and exit code 2, and no files are left", async () => {
  const wrong = await review("wrong", "base").finished;
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toMatch(/wrong cannot be synthesised:[^]*images\.web\.to\[0\]\.regions/);

  const noCheckout = await review("no-checkout", "base").finished;
  expect(noCheckout).toMatchObject({ code: 2, stdout: "" });
  expect(noCheckout.stderr).toMatch(/no-checkout cannot be checked out:[^]*filter/);

  const noProject = await review("no-project", "base").finished;
  expect(noProject).toMatchObject({ code: 2, stdout: "" });
  expect(noProject.stderr).toContain("it has no infra/cdktf.json");
  expectNothingLeft();
});

test("Ctrl-C stops the synthesis, removes its work tree and exits with 130", async () => {
  const { child, finished } = review("slow", "base");
  await eventually("the synthesis", () =>
    Promise.resolve(existsSync(path.join(scratch, "waits")) ? true : undefined),
  );
  child.kill("SIGINT");
  expect(await finished).toMatchObject({ code: 130, stdout: "" });
  expectNothingLeft();
});

test("the API reports every ref that does not exist, prints nothing, and can be aborted", async () => {
  const world = { env: { ...env, TMPDIR: scratch }, cwd: top };
  const mistake: unknown = await reviewRefs("absent", "-x", { directory: "infra" }, world).catch(
    (e: unknown) => e,
  );
  expect(mistake).toMatchObject({ problems: [{ path: "absent" }, { path: "-x" }] });
  const aborted: unknown = await reviewRefs(
    "base",
    "more",
    { directory: "infra", signal: AbortSignal.abort() },
    world,
  ).catch((e: unknown) => e);
  expect(isKeyferryError(aborted) && aborted.code).toBe("Interrupted");
  const outside: unknown = await reviewRefs("base", "more", {}, { ...world, cwd: directory }).catch(
    (e: unknown) => e,
  );
  expect(outside).toMatchObject({ problems: [{ what: expect.stringContaining("no Git repository") }, {}] });
  expectNothingLeft();
});
