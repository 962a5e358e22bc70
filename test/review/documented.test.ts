import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { COMMENT_WORKFLOW, REVIEW_WORKFLOW } from "../../scripts/init/review-workflows";
import { jsonSchema, RULES, withRules } from "../../review";
import { PULL_REQUESTS } from "./pull-requests";

const docs = path.resolve(__dirname, "../../docs");

it("the documentation lists every rule, as npm run docs writes it", () => {
  const page = fs.readFileSync(path.join(docs, "review.md"), "utf8");
  expect(withRules(page)).toBe(page);
});

it("the workflows in the documentation are those that keyferry init writes", () => {
  const page = fs.readFileSync(path.join(docs, "review.md"), "utf8");
  expect(page).toContain(`\`\`\`yaml\n${REVIEW_WORKFLOW}\`\`\``);
  expect(page).toContain(`\`\`\`yaml\n${COMMENT_WORKFLOW}\`\`\``);
});

it("the workflow that may comment runs no code of the pull request, and the workflow that runs it has no secrets", () => {
  const read = (text: string) => parse(text) as { permissions: object; jobs: object };
  expect(read(REVIEW_WORKFLOW).permissions).toEqual({ contents: "read" });
  expect(REVIEW_WORKFLOW).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN|id-token/);
  expect(read(COMMENT_WORKFLOW).permissions).toEqual({
    contents: "read",
    actions: "read",
    "pull-requests": "write",
  });
  // No checkout of the pull request, no files of it over ours, and no text of it in a script.
  expect(COMMENT_WORKFLOW).not.toMatch(/ref:|head_sha|pull_request_target/);
  expect(COMMENT_WORKFLOW).toContain("path: ${{ runner.temp }}/review ");
  expect(COMMENT_WORKFLOW).not.toMatch(/run:.*\$\{\{/);
});

it("the documented plan job of a pull request needs an approval, runs for branches of the repository only, and is separate from the review", () => {
  const page = fs.readFileSync(path.join(docs, "review.md"), "utf8");
  const text = /```yaml\n(name: keyferry review with copies\n[^]*?)```/.exec(page)?.[1] ?? "";
  const { on, permissions, jobs } = parse(text) as {
    on: string;
    permissions: object;
    jobs: Record<"plan" | "review", Record<string, unknown>>;
  };
  expect({ on, permissions }).toEqual({ on: "pull_request", permissions: { contents: "read" } });
  expect(jobs.plan).toMatchObject({
    if: "github.event.pull_request.head.repo.full_name == github.repository",
    environment: "keyferry-plan",
    permissions: { contents: "read", "id-token": "write" },
  });
  expect(jobs.review).toMatchObject({ needs: "plan" });
  expect(jobs.review).not.toHaveProperty("permissions");
  expect(jobs.review).not.toHaveProperty("environment");
  expect(JSON.stringify(jobs.review)).not.toMatch(/secrets|token|aws-actions/);
  // No untrusted names or branches in a script.
  expect(text).not.toMatch(/run:.*\$\{\{/);
});

it("the published schema is the schema of the JSON output", () => {
  const published = JSON.parse(fs.readFileSync(path.join(docs, "review.schema.json"), "utf8")) as unknown;
  expect(published).toEqual(jsonSchema());
});

it("every rule has a test case with a finding and one without", () => {
  const found = new Set(PULL_REQUESTS.flatMap(({ findings }) => findings.map((text) => text.split(":")[0])));
  const without = RULES.map(({ id }) => id).filter((id) => !found.has(id));
  expect(without).toEqual([]);
});
