import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { postComment, readWorkflow } from "../../../scripts/github";
import { GitHubStandIn, type StandInPull } from "./lib/stand-in";

const MARKER = "<!-- keyferry-review -->";
const BOT = "github-actions[bot]";
const SHA = "a".repeat(40);

let github: GitHubStandIn;
let pull: StandInPull;
let directory: string;
beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-github-"));
  github = new GitHubStandIn("acme/infra");
  github.tokens.set("ghs_job", { login: BOT });
  github.tokens.set("ghs_reads", { login: BOT, readsOnly: true });
  pull = github.addPull(7, "fork-owner:feature/#1", SHA);
  await github.start();
});
afterEach(() => {
  github.stop();
  fs.rmSync(directory, { recursive: true });
});

const ofRun = (sha = SHA) => ({
  workflow_run: {
    event: "pull_request",
    head_sha: sha,
    head_branch: "feature/#1",
    head_repository: { owner: { login: "fork-owner" } },
    // For a fork's pull request GitHub provides none.
    pull_requests: [],
  },
});

function environment(event: unknown, more: Readonly<Record<string, string>> = {}) {
  const file = path.join(directory, "event.json");
  fs.writeFileSync(file, JSON.stringify(event));
  return {
    GITHUB_TOKEN: "ghs_job",
    GITHUB_REPOSITORY: "acme/infra",
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    GITHUB_EVENT_PATH: file,
    ...more,
  };
}

const post = (text: string, event: unknown = ofRun(), more: Readonly<Record<string, string>> = {}) =>
  postComment(readWorkflow(environment(event, more)), {
    body: `${MARKER}\n${text}`,
    marker: MARKER,
    isNeeded: text !== "nothing",
  });
const bodies = () => pull.comments.map(({ body }) => body);
const refusal = (...argv: Parameters<typeof post>) =>
  post(...argv).then(
    () => undefined,
    (error: unknown) => error as { code: string; message: string; fix: string },
  );

it("posts one comment on the pull request of a fork, and updates it afterwards", async () => {
  expect(await post("first")).toEqual({ state: "created", pull: 7 });
  expect(await post("second")).toEqual({ state: "updated", pull: 7 });
  expect(await post("second")).toEqual({ state: "unchanged", pull: 7 });
  expect(bodies()).toEqual([`${MARKER}\nsecond`]);
});

it("finds its comment after hundreds of others", async () => {
  await post("first");
  for (let index = 0; index < 250; index += 1) github.addComment(pull, "somebody", "hello");
  pull.comments.push(pull.comments.shift()!);
  expect(await post("second")).toEqual({ state: "updated", pull: 7 });
  expect(bodies().filter((body) => body.startsWith(MARKER))).toEqual([`${MARKER}\nsecond`]);
});

it("does not change comments of others that start like its own", async () => {
  github.addComment(pull, "mallory", `${MARKER}\nnothing blocks`);
  expect(await post("blocked")).toEqual({ state: "created", pull: 7 });
  expect(bodies()).toEqual([`${MARKER}\nnothing blocks`, `${MARKER}\nblocked`]);
});

it("posts no comment without findings, unless it has posted one before", async () => {
  expect(await post("nothing")).toEqual({ state: "not-needed", pull: 7 });
  await post("something");
  expect(await post("nothing")).toEqual({ state: "updated", pull: 7 });
});

it("reads the pull request from the event of a workflow on pull_request", async () => {
  expect(await post("text", { pull_request: { number: 7 } })).toEqual({ state: "created", pull: 7 });
});

it("finds the pull request among hundreds from the same branch", async () => {
  pull.sha = "b".repeat(40);
  for (let number = 8; number < 150; number += 1) github.addPull(number, pull.label, "c".repeat(40));
  github.pulls.at(-1)!.sha = SHA;
  expect(await post("text")).toEqual({ state: "created", pull: 149 });
});

it("posts nothing if the pull request has a newer commit, or its fork is deleted", async () => {
  expect(await post("text", ofRun("b".repeat(40)))).toEqual({ state: "outdated" });
  const deleted = { workflow_run: { ...ofRun().workflow_run, head_repository: null } };
  expect(await post("text", deleted)).toEqual({ state: "outdated" });
  expect(bodies()).toEqual([]);
});

it("does not guess which of two pull requests with the same commit was reviewed", async () => {
  github.addPull(8, pull.label, SHA);
  expect((await refusal("text"))?.message).toContain("#7, #8 have the same commit");
});

describe("errors of GitHub are reported with its reason, a likely cause and a fix, and never with the token", () => {
  it.each([
    ["of an unknown token", { GITHUB_TOKEN: "ghs_gone" }, /401.*Bad credentials.*invalid/, /GITHUB_TOKEN/],
    [
      "of a read-only token",
      { GITHUB_TOKEN: "ghs_reads" },
      /403.*Resource not accessible.*not allowed to comment/,
      /pull-requests: write/,
    ],
    ["of another repository", { GITHUB_REPOSITORY: "acme/other" }, /404.*Not Found/, /contents: read/],
  ])("%s", async (_what, more, says, fix) => {
    const error = await refusal("text", ofRun(), more);
    expect(error?.code).toBe("CommentNotPosted");
    expect(error?.message).toMatch(says);
    expect(error?.fix).toMatch(fix);
    expect(JSON.stringify([error, error?.message])).not.toMatch(/ghs_(gone|reads|job)/);
  });

  it.each([
    ["too many requests", 403, { "x-ratelimit-remaining": "0" }, /too many requests/],
    ["a failure of GitHub", 502, {}, /githubstatus/],
    ["a redirect, as of a renamed repository", 301, { location: "http://127.0.0.1:1/" }, /301/],
  ])("%s", async (_what, status, headers, says) => {
    github.refuses = { status, headers, body: "<html>Unicorn!\u001b[31m</html>" };
    const error = await refusal("text");
    expect(error?.message).toMatch(says);
    expect(error?.message).not.toContain("\u001b");
  });

  it("of a comment that is too long, and of an invalid response", async () => {
    expect((await refusal("x".repeat(70_000)))?.message).toContain("Body is too long");
    github.refuses = { status: 200, body: "{}" };
    expect((await refusal("text"))?.message).toContain("not have the documented format");
  });

  it("of a host that cannot be reached", async () => {
    const { url } = github;
    github.stop();
    const gone = { GITHUB_API_URL: url, GITHUB_GRAPHQL_URL: url };
    github = new GitHubStandIn("acme/infra");
    await github.start();
    expect((await refusal("text", ofRun(), gone))?.message).toMatch(/cannot be reached.*ECONNREFUSED/);
  });
});

it("reports all missing parts of the environment together, and sends the token to no unencrypted address", () => {
  let error: unknown;
  try {
    readWorkflow({ GITHUB_API_URL: "http://github.example" });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({
    problems: [
      "GITHUB_TOKEN",
      "GITHUB_REPOSITORY",
      "GITHUB_API_URL",
      "GITHUB_GRAPHQL_URL",
      "GITHUB_EVENT_PATH",
    ].map((name) => ({ path: name })),
  });
  expect(() => readWorkflow(environment({ push: {} }))).toThrow(/environment/);
});
