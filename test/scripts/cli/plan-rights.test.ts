import { writeFileSync } from "node:fs";
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

test("diff --rights ends with who would gain which right; without it nothing is asked for", async () => {
  const { environment, calls } = project({
    "foundation-keys-a plan": { exitCode: 2 },
    "foundation-keys-a show": { prints: planned(), exitCode: 0 },
  });
  const told = await keyferry(environment, "diff", "foundation-keys-a", "--rights");
  expect(told.stdout).toContain(RIGHT);
  expect(told.status).toBe(0);
  expect(calls().filter((call) => call.includes("show -json"))).toHaveLength(1);

  const untold = await keyferry(environment, "diff", "foundation-keys-a");
  expect(untold.stdout).not.toContain(RIGHT);
  expect(calls().filter((call) => call.includes("show -json"))).toHaveLength(1);
});

test("stacks without a plan are named, and --json is another answer", async () => {
  const { environment } = project({ plan: { exitCode: 1 } });
  const told = await keyferry(environment, "diff", "foundation-keys-a", "--rights");
  expect(told.stdout).toContain("Not part of this, since there is no plan to read: foundation-keys-a.");
  expect(told.status).toBe(1);
  expect((await keyferry(environment, "diff", "--rights", "--json")).status).toBe(2);
});
