import { evaluate, type Verdict } from "..";
import { loadCases, type PolicyCase } from "./cases";

describe.each([...loadCases()])("%s", (_rule, cases) => {
  test.each(cases.map((policyCase): [string, PolicyCase] => [policyCase.name, policyCase]))(
    "%s",
    (_name, policyCase) => {
      const verdict = evaluate(policyCase.request, policyCase.documents);

      expect(outcome(verdict)).toBe(policyCase.verdict);
      if (policyCase.by !== undefined) expect(decidersOf(verdict)).toEqual(policyCase.by);
      if (policyCase.missing !== undefined) {
        expect(missingOf(verdict).map(({ side, account }) => ({ side, account }))).toEqual(
          policyCase.missing.map(({ side, account }) => ({ side, account })),
        );
        policyCase.missing.forEach(({ says }, index) => {
          for (const text of says) expect(missingOf(verdict)[index]?.what).toContain(text);
        });
        policyCase.missing.forEach(({ suggested, suggestedGrant }, index) => {
          if (suggested !== undefined) expect(missingOf(verdict)[index]?.suggested).toEqual(suggested);
          if (suggestedGrant !== undefined)
            expect(missingOf(verdict)[index]?.suggestedGrant).toEqual(suggestedGrant);
        });
      }
      if (policyCase.malformed !== undefined) {
        expect(verdict.malformed?.map(({ document }) => document)).toEqual(policyCase.malformed);
      }
    },
  );
});

test("every rule has cases that are allowed and cases that are not", () => {
  const oneSided = [...loadCases()].filter(
    ([, cases]) => new Set(cases.map(({ verdict }) => verdict === "allowed")).size < 2,
  );
  expect(oneSided.map(([rule]) => rule)).toEqual([]);
});

test("names of cases are unique within their rule", () => {
  for (const cases of loadCases().values()) {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  }
});

function outcome(verdict: Verdict): PolicyCase["verdict"] {
  return verdict.allowed ? "allowed" : verdict.reason;
}

function decidersOf(verdict: Verdict): readonly string[] {
  const by = "by" in verdict ? verdict.by : [];
  return by.map(({ document, statement }) => `${document}/${statement}`);
}

function missingOf(verdict: Verdict) {
  return "missing" in verdict ? verdict.missing : [];
}
