import { cleanText } from "../../../scripts/report/clean-text";
import { refusalsText } from "../../../scripts/report/refusals-text";
import { manifestText, verificationText } from "../../../scripts/report/result-text";

const denied = (name: string, account: string, request: string) => ({
  subject: `account ${name}`,
  what: `AssumeRole in ${account} eu-west-1: AccessDenied (request id ${request})`,
  fix: `account ${account} must have the runner role`,
  account,
});

describe("reasons why nothing is started", () => {
  test("are printed once if they differ only in account and request id, with all affected subjects", () => {
    const text = refusalsText([
      denied("tools", "111111111111", "a-1"),
      { subject: "web", what: "the key is Disabled" },
      denied("prod", "222222222222", "b-2"),
    ]);
    expect(text.split("\n")).toEqual([
      "3 preconditions are not met:",
      "  account tools: AssumeRole in 111111111111 eu-west-1: AccessDenied (request id a-1)",
      "    fix: account 111111111111 must have the runner role",
      "    likewise: account prod (222222222222)",
      "  web: the key is Disabled",
    ]);
  });

  test("are printed separately if Region, image or reason differ", () => {
    const elsewhere = {
      ...denied("prod", "222222222222", "b-2"),
      what: "AssumeRole in 222222222222 eu-west-2: AccessDenied",
    };
    expect(refusalsText([denied("tools", "111111111111", "a-1"), elsewhere])).not.toContain("likewise");
  });
});

test("clean does not report that nothing is left if it could not read everything", () => {
  const outside = { items: [], keys: [], unseen: [] };
  const found = { leftovers: [], kept: [], unclear: [], unexplained: [], outside, refusals: [] };
  const report = { topology: "acme", applied: false, ...found, ok: true };
  expect(cleanText(report)).toBe("nothing was left behind");
  const blind = { ...report, ok: false, refusals: [denied("tools", "111111111111", "a-1")] };
  expect(cleanText(blind)).not.toContain("nothing was left behind");
});

test("a verification distinguishes missing copies from wrong ones, and prints what to do", () => {
  const job = { account: "222222222222", region: "eu-west-1", snapshots: 0, sizeGiB: 0 };
  const text = verificationText({
    topology: "acme",
    jobs: [
      { ...job, job: "web -> prod eu-west-1", wrong: ["no copy of ami-1 exists"] },
      {
        ...job,
        job: "web -> lab eu-west-1",
        imageId: "ami-2",
        snapshots: 1,
        sizeGiB: 8,
        wrong: ["not encrypted"],
      },
    ],
    leftovers: [],
    groups: [],
    at: new Date(0),
    unexplained: [],
    refusals: [],
    ok: false,
  });
  expect(text).toMatch(/^web -> prod eu-west-1 +MISSING +- +- +- +- +-$/m);
  expect(text).toMatch(/^web -> lab eu-west-1 +WRONG +ami-2 +- +1 +8 GiB +-$/m);
  expect(text).toContain("keyferry run copies what is missing");
});

test("the result of a run shows why a job failed, and how to continue", () => {
  const place = { account: "222222222222", region: "eu-west-1" };
  const image = {
    rule: "web",
    sourceImageId: "ami-1",
    sourceImageName: "web-1",
    sourceAccount: "111111111111",
    sourceRegion: "eu-west-1",
    jobs: [
      {
        ...place,
        id: "web -> prod eu-west-1",
        state: "failed" as const,
        reason: "Given key ID is not accessible",
      },
      { ...place, id: "web -> lab eu-west-1", state: "not-done" as const },
    ],
  };
  const manifest = { topology: "acme", run: "1", finishedAt: "2026-01-01T00:00:00Z", images: [image] };
  expect(manifestText(manifest).split("\n").slice(-2)).toEqual([
    "web -> prod eu-west-1: Given key ID is not accessible",
    "2 of 2 did not succeed; run the same command to continue",
  ]);
  expect(manifestText(manifest)).toMatch(/^web -> lab eu-west-1 +not-done( +-){5}$/m);
});
