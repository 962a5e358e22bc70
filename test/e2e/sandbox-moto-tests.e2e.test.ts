import { execFile, spawnSync } from "node:child_process";
import path from "node:path";
import { CreateServiceLinkedRoleCommand } from "@aws-sdk/client-iam";
import { administrator } from "../../demo/clients";
import { startRehearsal } from "../../sandbox";
import { administratorEnvironment } from "./lib/administrator-environment";
import { JUDGED, VERDICTS } from "./lib/moto-verdicts";

/** moto's AWS-verified tests, unmodified, against the rehearsal cloud: docs/rehearsal-judged.md. */

const MINUTES = 60_000;
jest.setTimeout(30 * MINUTES);

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
const checkout = process.env["KEYFERRY_TEST_MOTO_TESTS"];
const hasPytest = spawnSync("python3", ["-c", "import pytest, freezegun"], { stdio: "ignore" }).status === 0;
const isThere = checkout !== undefined && hasPytest;
if (!isThere) {
  process.stderr.write(
    "skipped: KEYFERRY_TEST_MOTO_TESTS is not set to a checkout of moto, or python3 has no pytest and freezegun\n",
  );
}

/** Runs the tests. @returns pytest's summary with the result of each test */
function judge(url: string, folder: string): Promise<string> {
  const env = {
    ...administratorEnvironment(url, ACCOUNT, REGION),
    AWS_MAX_ATTEMPTS: "2",
    MOTO_TEST_ALLOW_AWS_REQUEST: "true",
  };
  const suites = JUDGED.suites.map((suite) => path.join("tests", `test_${suite}`));
  const argv = [
    "-m",
    "pytest",
    "-p",
    "no:cacheprovider",
    "-m",
    "aws_verified",
    "-q",
    "--color=no",
    "--tb=no",
    "-rA",
  ];
  return new Promise((resolve) => {
    execFile("python3", [...argv, ...suites], { env, cwd: folder, maxBuffer: 2 ** 26 }, (_failed, stdout) =>
      resolve(stdout),
    );
  });
}

/** The IDs of tests with a result, below `tests/`. */
function ended(summary: string, how: string): readonly string[] {
  return [...summary.matchAll(new RegExp(`^${how} tests/(\\S+?::\\S+)`, "gm"))].map(([, id]) => id ?? "");
}

(isThere ? test : test.skip)("AWS-verified tests pass, except those that are listed as refused", async () => {
  // A terminated instance is shown for one hour, which must be longer than a client's wait of 15 seconds.
  const cloud = await startRehearsal({ port: 0, timeScale: 120 });
  try {
    const { iam } = administrator(cloud.url, ACCOUNT, REGION);
    for (const service of ["ec2fleet", "spot"]) {
      await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: `${service}.amazonaws.com` }));
    }
    const summary = await judge(cloud.url, checkout ?? "");
    const failed = [...ended(summary, "FAILED"), ...ended(summary, "ERROR")];
    const refused = VERDICTS.filter(({ verdict }) => verdict === "refused");
    expect(failed.filter((id) => !refused.some(({ tests }) => id.startsWith(tests)))).toEqual([]);
    expect(refused.map(({ tests }) => [tests, failed.filter((id) => id.startsWith(tests)).length])).toEqual(
      refused.map(({ tests, count }) => [tests, count]),
    );
    expect(ended(summary, "PASSED")).toHaveLength(JUDGED.passed);
  } finally {
    await cloud.stop();
  }
});
