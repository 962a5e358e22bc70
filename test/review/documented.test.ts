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

it("the published schema is that of the JSON", () => {
  const published = JSON.parse(fs.readFileSync(path.join(docs, "review.schema.json"), "utf8")) as unknown;
  expect(published).toEqual(jsonSchema());
});

it("every rule has a pull request that it finds something in, and one in which it finds nothing", () => {
  const found = new Set(PULL_REQUESTS.flatMap(({ findings }) => findings.map((text) => text.split(":")[0])));
  const without = RULES.map(({ id }) => id).filter((id) => !found.has(id));
  expect(without).toEqual([]);
});
