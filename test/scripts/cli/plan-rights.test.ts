import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { keyferry, project } from "../../e2e/lib/made-up-project";
import { temporaryDirectory } from "../../_helpers/synthesised";

const own = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111111111111:root" },
  Action: "kms:*",
  Resource: "*",
};
const address = { address: "aws_kms_key.data", mode: "managed", type: "aws_kms_key", name: "data" };
const key = (...Statement: readonly object[]) => ({
  arn: "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  key_id: "1234abcd-12ab-34cd-56ef-1234567890ab",
  policy: JSON.stringify({ Version: "2012-10-17", Statement }),
});
const PLAN = {
  resource_changes: [
    {
      ...address,
      change: {
        actions: ["update"],
        before: key(own),
        after: key(own, { ...own, Principal: "*", Action: "kms:Decrypt" }),
      },
    },
  ],
  configuration: {
    provider_config: {
      aws: {
        name: "aws",
        expressions: {
          region: { constant_value: "eu-west-1" },
          allowed_account_ids: { constant_value: ["111111111111"] },
        },
      },
    },
    root_module: { resources: [{ ...address, provider_config_key: "aws", expressions: {} }] },
  },
};

function planned() {
  const file = path.join(temporaryDirectory(), "plan.json");
  writeFileSync(file, JSON.stringify(PLAN));
  return file;
}

const RIGHT = "everybody gains kms:Decrypt on key aws_kms_key.data in 111111111111 eu-west-1";

const shows = (calls: () => readonly string[]) => calls().filter((call) => call.includes("show -json"));

test("diff ends with who would gain which permission; with --no-rights no plan is read", async () => {
  const { environment, calls } = project({
    "foundation-keys-a plan": { exitCode: 2 },
    "foundation-keys-a show": { prints: planned(), exitCode: 0 },
  });
  const result = await keyferry(environment, "diff", "foundation-keys-a");
  expect(result.stdout).toContain(RIGHT);
  expect(result.status).toBe(0);
  expect(shows(calls)).toHaveLength(1);

  const withoutRights = await keyferry(environment, "diff", "foundation-keys-a", "--no-rights");
  expect(withoutRights.stdout).not.toContain(RIGHT);
  expect((await keyferry(environment, "diff", "foundation-keys-a", "--json")).stdout).not.toContain(RIGHT);
  expect(shows(calls)).toHaveLength(1);
});

test("unchanged stacks are read only if another one changes, and no plan file remains", async () => {
  const same = project({ plan: { exitCode: 0 } });
  expect((await keyferry(same.environment, "diff", "foundation-keys-a", "consumers-a")).stdout).toContain(
    "no changes in",
  );
  expect(shows(same.calls)).toEqual([]);

  const mixed = project({
    "foundation-keys-a plan": { exitCode: 2 },
    "consumers-a plan": { exitCode: 0 },
    show: { prints: planned(), exitCode: 0 },
  });
  const { stdout } = await keyferry(mixed.environment, "diff", "foundation-keys-a", "consumers-a");
  expect(stdout).toContain(RIGHT);
  expect(
    shows(mixed.calls)
      .map((call) => call.split(" ")[0])
      .sort(),
  ).toEqual(["consumers-a", "foundation-keys-a"]);
  const left = readdirSync(mixed.environment.cwd, { recursive: true }).map(String);
  expect(left.filter((name) => /tfplan|plan$/.test(name))).toEqual([]);
});

test("exceptions of the project are shown as such, and problems in its settings are reported before anything is planned", async () => {
  const { environment, calls } = project({
    "foundation-keys-a plan": { exitCode: 2 },
    "foundation-keys-a show": { prints: planned(), exitCode: 0 },
  });
  const settings = path.join(environment.cwd, "keyferry.review.json");
  writeFileSync(settings, JSON.stringify({ exceptions: [{ rule: "opened-to-everybody", reason: "ours" }] }));
  expect((await keyferry(environment, "diff", "foundation-keys-a")).stdout).toContain("accepted: ours");

  const before = calls().length;
  writeFileSync(settings, "{");
  expect((await keyferry(environment, "diff", "foundation-keys-a")).status).toBe(2);
  expect(calls()).toHaveLength(before);
});

test("stacks without a plan are named if another one changes", async () => {
  const { environment } = project({
    "foundation-keys-a plan": { exitCode: 2 },
    "foundation-keys-a show": { prints: planned(), exitCode: 0 },
    "consumers-a plan": { exitCode: 1 },
  });
  const result = await keyferry(environment, "diff", "foundation-keys-a", "consumers-a");
  expect(result.stdout).toContain("Not included, because there is no plan: consumers-a.");
  expect(result.status).toBe(1);
});
