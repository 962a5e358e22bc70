import type { Change, ChangeAction } from "../../../../scripts/terraform/machine-output";
import type { Outcome } from "../../../../scripts/terraform/outcome";
import { lossLines, planCounts } from "../../../../scripts/report/stacks/plan-text";
import { comparisonSummary, outcomeLines } from "../../../../scripts/report/stacks/summary-text";

const change = (action: ChangeAction, type: string): Change => ({ action, type, address: `${type}.it` });
const planned = (...changes: readonly Change[]): Outcome => ({
  state: "planned",
  plan: { changes, awaits: [] },
});

test("destroyed and replaced resources are listed, keys and buckets with what is lost", () => {
  const changes = [
    change("create", "aws_kms_key"),
    change("update", "aws_kms_key"),
    change("delete", "aws_kms_key"),
    change("replace", "aws_s3_bucket"),
    change("replace", "aws_iam_role"),
    change("forget", "aws_kms_key"),
  ];
  expect(lossLines({ changes, awaits: [] })).toEqual([
    "DESTROYS  aws_kms_key.it: everything that is encrypted with this key is lost",
    "REPLACES  aws_s3_bucket.it: every object in this bucket is lost",
    "replaces  aws_iam_role.it",
    "leaves in AWS  aws_kms_key.it",
  ]);
  expect(planCounts({ changes, awaits: [] })).toBe(
    "3 to add, 1 to change, 3 to destroy, 1 to leave in AWS, no longer managed",
  );
});

test("a comparison has one line for each stack, its losses below, and one summary of all", () => {
  const outcomes = new Map<string, Outcome>([
    ["keys", planned(change("delete", "aws_kms_key"))],
    ["access", { state: "planned", plan: { changes: [change("create", "aws_iam_role")], awaits: ["keys"] } }],
    ["consumers", { state: "unchanged" }],
    ["other", { state: "failed", step: "plan", exitCode: 1, diagnostics: [], done: [] }],
  ]);
  expect(outcomeLines(outcomes)).toEqual([
    "keys       0 to add, 0 to change, 1 to destroy",
    "    DESTROYS  aws_kms_key.it: everything that is encrypted with this key is lost",
    "access     1 to add, 0 to change, 0 to destroy; values from keys are known once it is deployed",
    "consumers  no changes",
    "other      FAILED: nothing was changed",
  ]);
  expect(comparisonSummary(outcomes)).toBe(
    "2 stacks of 4 would change: 1 to add, 0 to change, 1 to destroy; 1 stack could not be compared; A KEY OR A BUCKET WOULD BE LOST",
  );
});

test("the summary reports if nothing would change", () => {
  expect(comparisonSummary(new Map<string, Outcome>([["keys", { state: "unchanged" }]]))).toBe(
    "no changes in 1 stack",
  );
});
