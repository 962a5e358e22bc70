import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  missingValues,
  withoutPlaceholders,
  withPlaceholders,
} from "../../../scripts/terraform/placeholders";
import type { Failure } from "../../../scripts/terraform/outcome";
import { readState, type StateView } from "../../../scripts/terraform/state-view";
import type { Stack } from "../../../scripts/terraform/synthesised";
import { dispose, temporaryDirectory } from "../../setup/fixtures";

afterEach(dispose);

const REMOTE = "data.terraform_remote_state.cross-stack-reference-input-keys";
const PROVIDER = { alias: "eu-west-1", region: "eu-west-1", allowed_account_ids: ["222222222222"] };
const KEYS = {
  provider: { aws: [PROVIDER] },
  resource: { aws_kms_alias: { made: { name: "alias/home", provider: "aws.eu-west-1" } } },
};
const ACCESS = {
  data: {
    terraform_remote_state: { "cross-stack-reference-input-keys": { backend: "local" } },
    aws_kms_alias: { own: { name: "alias/theirs", provider: "aws.eu-west-1" } },
  },
  provider: { aws: [PROVIDER] },
  resource: {
    aws_iam_role_policy: {
      runner: {
        policy: `["\${${REMOTE}.outputs.a-arn}","\${${REMOTE}.outputs.a-arn-2}"]`,
        key: "${data.aws_kms_alias.own.arn}",
      },
    },
  },
};
const CONSUMERS = {
  data: { aws_kms_alias: { home: { name: "alias/home", provider: "aws.eu-west-1" } } },
  provider: { aws: [PROVIDER] },
};

function stacks(consumers: object = CONSUMERS): readonly Stack[] {
  const directory = temporaryDirectory();
  return Object.entries({ keys: KEYS, access: ACCESS, consumers }).map(([name, configuration]) => {
    const own = path.join(directory, name);
    mkdirSync(own);
    writeFileSync(path.join(own, "cdk.tf.json"), JSON.stringify(configuration));
    return { name, directory: own, dependencies: name === "access" ? ["keys"] : [] };
  });
}

async function missing(name: string, state: StateView | Failure | undefined, all = stacks()) {
  const stack = all.find((one) => one.name === name) as Stack;
  return missingValues(stack, all, () => Promise.resolve(state));
}

test("all values from a stack that was never deployed are missing", async () => {
  expect(await missing("access", undefined)).toEqual([{ from: "keys", block: REMOTE }]);
});

test.each(["access", "consumers"])(
  "the values that %s reads do not count as missing if a state cannot be read",
  async (name) => {
    const failure: Failure = { state: "failed", step: "plan", exitCode: 1, diagnostics: [], done: [] };
    expect(await missing(name, failure)).toBe(failure);
  },
);

test("a state is read after the warnings that Terraform prints before it", () => {
  const state = JSON.stringify({ outputs: { a: {} } }, null, 2);
  expect(readState(`\u2577\nWarning: Deprecated Parameter\n\n${state}\n`)).toEqual({
    outputs: ["a"],
    resources: [],
  });
  expect(readState("Warning: Deprecated Parameter\n")).toBeUndefined();
});

test("only outputs that a deployed stack does not have yet are missing", async () => {
  const state = { outputs: ["a-arn"], resources: [] };
  expect(await missing("access", state)).toEqual([{ from: "keys", block: REMOTE, output: "a-arn-2" }]);
  expect(await missing("access", { outputs: ["a-arn", "a-arn-2"], resources: [] })).toEqual([]);
});

test("what is looked up by name is missing until the stack that creates it is deployed", async () => {
  expect(await missing("consumers", undefined)).toEqual([{ from: "keys", block: "data.aws_kms_alias.home" }]);
  expect(await missing("consumers", { outputs: [], resources: ["aws_kms_alias.made"] })).toEqual([]);
});

test("an alias of the same name in another account or Region does not count", async () => {
  for (const provider of [
    { ...PROVIDER, allowed_account_ids: ["333333333333"] },
    { ...PROVIDER, region: "eu-north-1" },
  ]) {
    expect(
      await missing("consumers", undefined, stacks({ ...CONSUMERS, provider: { aws: [provider] } })),
    ).toEqual([]);
  }
});

test("a whole remote state becomes a placeholder, and the user's own look-ups remain", () => {
  const changed = JSON.parse(
    withPlaceholders(JSON.stringify(ACCESS), [{ from: "keys", block: REMOTE }]),
  ) as object;
  expect(changed).toEqual({
    data: { aws_kms_alias: ACCESS.data.aws_kms_alias },
    provider: ACCESS.provider,
    resource: {
      aws_iam_role_policy: {
        runner: {
          policy: '["${terraform_data.after-keys.id}","${terraform_data.after-keys.id}"]',
          key: "${data.aws_kms_alias.own.arn}",
        },
      },
      terraform_data: { "after-keys": {} },
    },
  });
});

test("a single output becomes a placeholder, and the others are still read", () => {
  const changed = withPlaceholders(JSON.stringify(ACCESS), [
    { from: "keys", block: REMOTE, output: "a-arn" },
  ]);
  expect(changed).toContain("${terraform_data.after-keys.id}");
  expect(changed).toContain(`\${${REMOTE}.outputs.a-arn-2}`);
  expect(changed).not.toContain(`\${${REMOTE}.outputs.a-arn}`);
  expect(JSON.parse(changed)).toHaveProperty(["data", "terraform_remote_state"]);
});

test("no empty block remains, which Terraform would report as an error", () => {
  const block = "data.aws_kms_alias.home";
  expect(
    JSON.parse(withPlaceholders(JSON.stringify(CONSUMERS), [{ from: "keys", block }])),
  ).not.toHaveProperty("data");
});

test("the plan for people contains no placeholders", () => {
  const plan = [
    "  # aws_iam_role.runner will be created",
    '  + resource "aws_iam_role" "runner" {',
    "    }",
    "",
    "  # terraform_data.after-keys will be created",
    '  + resource "terraform_data" "after-keys" {',
    "      + id = (known after apply)",
    "    }",
    "",
    "Plan: 2 to add, 0 to change, 0 to destroy.",
  ].join("\n");
  expect(withoutPlaceholders(plan)).not.toMatch(/terraform_data|2 to add/);
  expect(withoutPlaceholders(plan)).toContain("aws_iam_role.runner will be created");
});

test("only the names in a state are kept", () => {
  expect(readState("\n")).toBeUndefined();
  const state = {
    outputs: { arn: { value: "secret" } },
    resources: [
      { mode: "managed", type: "aws_kms_alias", name: "made", instances: ["secret"] },
      { mode: "data", type: "aws_kms_alias", name: "read" },
    ],
  };
  expect(readState(JSON.stringify(state))).toEqual({ outputs: ["arn"], resources: ["aws_kms_alias.made"] });
});
