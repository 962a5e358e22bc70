import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { COMMENT_WORKFLOW, REVIEW_WORKFLOW } from "../../scripts/init/review-workflows";
import { jsonSchema, RULES, withRules } from "../../review";
import { PULL_REQUESTS } from "./pull-requests";

const docs = path.resolve(__dirname, "../../docs");

it("the documentation has every rule, as npm run docs writes it", () => {
  const page = fs.readFileSync(path.join(docs, "review.md"), "utf8");
  expect(withRules(page)).toBe(page);
});

it("the workflows of the documentation are those that keyferry init writes", () => {
  const page = fs.readFileSync(path.join(docs, "review.md"), "utf8");
  expect(page).toContain(`\`\`\`yaml\n${REVIEW_WORKFLOW}\`\`\``);
  expect(page).toContain(`\`\`\`yaml\n${COMMENT_WORKFLOW}\`\`\``);
});

it("the workflow that may comment runs nothing of the pull request, and the one that does has no secret", () => {
  const read = (text: string) => parse(text) as { permissions: object; jobs: object };
  expect(read(REVIEW_WORKFLOW).permissions).toEqual({ contents: "read" });
  expect(REVIEW_WORKFLOW).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN|id-token/);
  expect(read(COMMENT_WORKFLOW).permissions).toEqual({
    contents: "read",
    actions: "read",
    "pull-requests": "write",
  });
  // Neither a checkout of it, nor its files over ours, nor its words in a script.
  expect(COMMENT_WORKFLOW).not.toMatch(/ref:|head_sha|pull_request_target/);
  expect(COMMENT_WORKFLOW).toContain("path: ${{ runner.temp }}/review ");
  expect(COMMENT_WORKFLOW).not.toMatch(/run:.*\$\{\{/);
});

it("what the documentation plans a pull request with waits for an approval, for branches alone, apart from what compares", () => {
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
  // Neither names nor branches of others in a script.
  expect(text).not.toMatch(/run:.*\$\{\{/);
});

it("the published schema is that of the JSON", () => {
  const published = JSON.parse(fs.readFileSync(path.join(docs, "review.schema.json"), "utf8")) as unknown;
  expect(published).toEqual(jsonSchema());
});

it("every rule has a pull request that it finds something in, and one in which it finds nothing", () => {
  const found = new Set(PULL_REQUESTS.flatMap(({ findings }) => findings.map((text) => text.split(":")[0])));
  const without = RULES.map(({ id }) => id).filter((id) => !found.has(id));
  expect(without).toEqual([]);
});
