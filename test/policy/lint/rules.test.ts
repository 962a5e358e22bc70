import { readdirSync } from "node:fs";
import { join } from "node:path";
import { lintReport, RULES, type Rule } from "../../../policy/lint";
import { ACTION_CASES } from "./cases/actions";
import { CONDITION_CASES } from "./cases/conditions";
import { DOCUMENT_CASES } from "./cases/documents";
import { KEY_CASES } from "./cases/keys";
import { PRINCIPAL_CASES } from "./cases/principals";
import { RESOURCE_CASES } from "./cases/resources";
import { WHOLE_CASES } from "./cases/whole";

const CASES = [
  DOCUMENT_CASES,
  PRINCIPAL_CASES,
  KEY_CASES,
  ACTION_CASES,
  RESOURCE_CASES,
  CONDITION_CASES,
  WHOLE_CASES,
].flat();
const RULES_DIRECTORY = join(__dirname, "../../../policy/lint/rules");

describe("the registry of rules", () => {
  const files = readdirSync(RULES_DIRECTORY)
    .filter((file) => file !== "index.ts")
    .map((file) => file.replace(/\.ts$/, ""));

  test("contains the rule of every file, with the file's name as its id", () => {
    expect(RULES.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  test.each(files)("%s.ts exports its rule and nothing else", (file) => {
    const exported = Object.values(jest.requireActual<Record<string, Rule>>(join(RULES_DIRECTORY, file)));
    expect(exported.map(({ id }) => id)).toEqual([file]);
  });

  test.each(RULES)("$id has a title, an explanation, a fix and a source", (rule) => {
    for (const text of [rule.title, rule.explanation, rule.fix, rule.source]) {
      expect(text.length).toBeGreaterThan(10);
      expect(text).not.toMatch(/\.$|\n/);
    }
  });

  test("has failing and passing cases for every rule", () => {
    const complete = CASES.filter(({ fails, passes }) => fails.length > 0 && passes.length > 0);
    expect(complete.map(({ rule }) => rule).sort()).toEqual(RULES.map(({ id }) => id).sort());
  });
});

describe.each(CASES)("$rule", ({ rule, fails, passes, silent = [] }) => {
  test.each(fails)("fails at $places", ({ subject, places }) => {
    const report = lintReport(subject);
    expect(report.verdicts[rule]).toBe("fail");
    expect(report.findings.filter((finding) => finding.rule === rule).map(({ place }) => place)).toEqual(
      places,
    );
  });

  test.each(passes.map((subject) => ({ subject })))("passes, policy %#", ({ subject }) => {
    expect(lintReport(subject).verdicts[rule]).toBe("pass");
  });

  test("is not applicable to policies of other kinds or without what it checks", () => {
    for (const subject of silent) expect(lintReport(subject).verdicts[rule]).toBe("not-applicable");
  });
});
