import fs from "node:fs";
import path from "node:path";
import { review, reviewRefs, type CopyPlans } from "../../../scripts/api";
import { temporaryDirectory } from "../../_helpers/synthesised";
import { copyPlan } from "../../review/copy-plan";
import { COPIES, ESTATE } from "../../review/estate";

let directory: string;
beforeEach(() => {
  directory = temporaryDirectory();
  for (const side of ["base", "head"]) {
    fs.mkdirSync(path.join(directory, side, "stacks/builder"), { recursive: true });
    fs.writeFileSync(
      path.join(directory, side, "stacks/builder/cdk.tf.json"),
      JSON.stringify(ESTATE["builder"]),
    );
    fs.writeFileSync(
      path.join(directory, side, "keyferry.copies.json"),
      JSON.stringify({ version: 1, copies: COPIES }),
    );
  }
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const copyPlans: CopyPlans = { base: copyPlan(), head: copyPlan({ gib: [60, 0] }) };
const sides = () => [path.join(directory, "base"), path.join(directory, "head")] as const;

test("review compares data of copies from two plans, and does not mention it without plans", () => {
  expect(review(...sides()).findings).toEqual([]);
  expect(review(...sides(), { copyPlans }).findings).toMatchObject([
    { rule: "copy-data-changed", data: { after: { gib: 60 } } },
  ]);
});

test("reviewRefs accepts plans too", async () => {
  const { findings } = await reviewRefs(...sides(), { directory, copyPlans });
  expect(findings).toMatchObject([{ rule: "copy-data-changed" }]);
});

test("invalid plans are refused before anything is read, with the problems of both", async () => {
  const wrong = { base: { rules: 1 }, head: { unknown: [] } } as unknown as CopyPlans;
  const problems = ["copyPlans.base: rules", "copyPlans.base: unknown", "copyPlans.head: rules"].map((path) =>
    expect.objectContaining({ path }),
  );
  expect(() => review("/absent", "/absent", { copyPlans: wrong })).toThrow(
    expect.objectContaining({ problems }),
  );
  await expect(reviewRefs("absent", "absent", { copyPlans: wrong })).rejects.toMatchObject({ problems });
});
