import fs from "node:fs";
import path from "node:path";
import { jsonSchema, RULES, withRules } from "../../review";
import { PULL_REQUESTS } from "./pull-requests";

const docs = path.resolve(__dirname, "../../docs");

it("the documentation has every rule, as npm run docs writes it", () => {
  const page = fs.readFileSync(path.join(docs, "review.md"), "utf8");
  expect(withRules(page)).toBe(page);
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
