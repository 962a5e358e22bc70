import {
  githubOf,
  jsonOf,
  markdownOf,
  parseReview,
  readPlans,
  reviewStacks,
  sarifOf,
  textOf,
  type Review,
} from "../../review";

const HOSTILE = "</details><img src=x> `@all` [a](https://evil.example) #1 | *b*\n::error::x\u001b[31m\u202e";

function reviewWith(message: string, count = 1): Review {
  const finding = {
    rule: "right-gained",
    severity: "notice" as const,
    resources: [message],
    accounts: [],
    sources: [message],
  };
  return {
    findings: Array.from({ length: count }, () => ({ ...finding, message })),
    looked: { base: 1, head: 1 },
    unreadAsBefore: 0,
  };
}

describe("untrusted text", () => {
  it("is neither markup nor a mention in Markdown", () => {
    const page = markdownOf(reviewWith(HOSTILE));
    expect(page).not.toMatch(/<img|@all|https:\/\/|\[a\]|`|\*b\*|#1\b|\u001b|\u202e|\n::/);
    expect(page.match(/<\/details>/g)).toHaveLength(2);
  });

  it("is not a workflow command", () => {
    expect(githubOf(reviewWith(HOSTILE)).split("\n")).toHaveLength(1);
  });

  it("has no effect in a terminal", () => {
    expect(textOf(reviewWith(HOSTILE))).not.toMatch(/\u001b|\u202e/);
  });

  it("is unchanged in JSON and SARIF", () => {
    expect(parseReview(jsonOf(reviewWith(HOSTILE)))).toEqual({ review: reviewWith(HOSTILE) });
    expect(sarifOf(reviewWith(HOSTILE))).toContain(JSON.stringify(HOSTILE));
  });
});

it("a comment that is too long leaves out whole sections and says which", () => {
  const { findings, ...rest } = reviewWith("a".repeat(500), 300);
  const blocking = {
    ...findings[0]!,
    rule: "key-destroyed",
    severity: "blocking" as const,
    message: "a key is destroyed",
  };
  const page = markdownOf({ ...rest, findings: [blocking, ...findings] });
  expect(page.length).toBeLessThanOrEqual(65_536);
  expect(page).toContain("a key is destroyed");
  expect(page).toMatch(/These findings are left out: <code>right-gained<\/code> \(300\)/);
});

it("a workflow gets at most ten annotations, the last of which counts the others", () => {
  const lines = githubOf(reviewWith("x", 40)).split("\n");
  expect(lines).toHaveLength(10);
  expect(lines[9]).toContain("and 31 more findings");
});

it("a review that does not match the schema is refused", () => {
  const extra = JSON.stringify({ ...JSON.parse(jsonOf(reviewWith("x"))), html: "<b>" });
  expect(parseReview(extra)).toHaveProperty("problems");
});

describe("plans", () => {
  const own = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111111111111:root" },
    Action: "kms:*",
    Resource: "*",
  };
  const opened = { Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" };
  const plan = (before: unknown, after: unknown, change: object = {}) => {
    const arn = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const values = (policy: unknown) => ({ arn, key_id: arn.slice(-36), policy: JSON.stringify(policy) });
    const address = { address: "aws_kms_key.data", mode: "managed", type: "aws_kms_key", name: "data" };
    const expressions = {
      region: { constant_value: "eu-west-1" },
      allowed_account_ids: { constant_value: ["111111111111"] },
    };
    return JSON.stringify({
      format_version: "1.2",
      resource_changes: [
        {
          ...address,
          change: { actions: ["update"], before: values(before), after: values(after), ...change },
        },
      ],
      configuration: {
        provider_config: { aws: { name: "aws", expressions } },
        root_module: { resources: [{ ...address, provider_config_key: "aws", expressions: {} }] },
      },
    });
  };
  const policy = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
  const rulesOf = (text: string) => {
    const { base, head, problems } = readPlans([{ stack: "keys", text }]);
    expect(problems).toEqual([]);
    return reviewStacks({ stacks: base }, { stacks: head }).findings;
  };

  it("report rights that are gained compared with the deployed state", () => {
    const [found, ...others] = rulesOf(plan(policy(own), policy(own, opened)));
    expect(others).toEqual([]);
    expect(found?.rule).toBe("opened-to-everybody");
  });

  it("of several stacks resolve each other's keys, which are written as ARNs", () => {
    const key = "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    const trust = { ...own, Action: "sts:AssumeRole", Resource: undefined };
    const role = {
      address: "aws_iam_role.runner",
      mode: "managed",
      type: "aws_iam_role",
      name: "runner",
    };
    const inline = (...Action: readonly string[]) => ({
      name: "runner",
      assume_role_policy: JSON.stringify(policy(trust)),
      inline_policy: [
        { name: "use", policy: JSON.stringify(policy({ Effect: "Allow", Action, Resource: key })) },
      ],
    });
    const change = { actions: ["update"], before: inline("kms:DescribeKey"), after: inline("kms:Decrypt") };
    const expressions = {
      region: { constant_value: "eu-west-1" },
      allowed_account_ids: { constant_value: ["111111111111"] },
    };
    const roles = JSON.stringify({
      resource_changes: [{ ...role, change }],
      configuration: {
        provider_config: { aws: { name: "aws", expressions } },
        root_module: { resources: [{ ...role, provider_config_key: "aws", expressions: {} }] },
      },
    });
    const sides = readPlans([
      { stack: "keys", text: plan(policy(own), policy(own)) },
      { stack: "roles", text: roles },
    ]);
    const { findings } = reviewStacks({ stacks: sides.base }, { stacks: sides.head });
    expect(findings.map(({ message }) => message)).toEqual([
      "role runner in 111111111111 gains kms:Decrypt on key aws_kms_key.data in 111111111111 eu-west-1",
      "role runner in 111111111111 loses kms:DescribeKey on key aws_kms_key.data in 111111111111 eu-west-1",
    ]);
  });

  it("keep IAM policy variables, which are not Terraform references", () => {
    const variable = {
      ...own,
      Action: "kms:Encrypt",
      Resource: "*",
      Condition: { StringEquals: { "aws:PrincipalTag/team": "${aws:username}" } },
    };
    const rules = rulesOf(plan(policy(own), policy(own, variable))).map(({ rule }) => rule);
    expect(rules).not.toContain("known-after-deployment");
  });

  it("of stacks that were never deployed take unknown values from the stacks, if these are given", () => {
    const reference = "${data.terraform_remote_state.cross-stack-reference-input-keys.outputs.key}";
    const text = JSON.stringify(policy({ Effect: "Allow", Action: "kms:Decrypt", Resource: reference }));
    const configuration = (resources: readonly object[]) => ({
      provider_config: {
        aws: {
          name: "aws",
          expressions: {
            region: { constant_value: "eu-west-1" },
            allowed_account_ids: { constant_value: ["111111111111"] },
          },
        },
      },
      root_module: { resources },
    });
    const made = (type: string, name: string, after: object, unknown: object, expressions: object) => {
      const address = { address: `${type}.${name}`, mode: "managed", type, name };
      const change = { actions: ["create"], before: null, after, after_unknown: unknown };
      const resources = [{ ...address, provider_config_key: "aws", expressions }];
      return JSON.stringify({
        resource_changes: [{ ...address, change }],
        configuration: configuration(resources),
      });
    };
    const key = made(
      "aws_kms_key",
      "data",
      { policy: JSON.stringify(policy(own)) },
      { arn: true },
      { policy: {} },
    );
    const trust = { Effect: "Allow", Principal: own.Principal, Action: "sts:AssumeRole" };
    const role = made(
      "aws_iam_role",
      "runner",
      { name: "runner", assume_role_policy: JSON.stringify(policy(trust)), inline_policy: [{ name: "use" }] },
      { inline_policy: [{ policy: true }], managed_policy_arns: true },
      { inline_policy: [{ policy: { references: ["terraform_data.after-keys.id"] } }] },
    );
    const plans = [
      { stack: "keys", text: key },
      { stack: "roles", text: role },
    ];
    const alone = readPlans(plans);
    const blind = reviewStacks({ stacks: alone.base }, { stacks: alone.head }).findings;
    expect(blind.map(({ rule }) => rule)).toContain("unreadable-policy");

    const written = {
      keys: { output: { key: { value: "${aws_kms_key.data.arn}" } } },
      roles: {
        resource: { aws_iam_role: { runner: { inline_policy: [{ name: "use", policy: text }] } } },
      },
    };
    const sides = readPlans(plans, written);
    const { findings } = reviewStacks({ stacks: sides.base }, { stacks: sides.head });
    expect(findings.map(({ rule }) => rule)).not.toContain("unreadable-policy");
    expect(JSON.stringify(findings.map(({ message, including }) => [message, including]))).toMatch(
      /gains every action[^"]* on key aws_kms_key\.data[^"]*",\["role runner in 111111111111"/,
    );
  });

  it("without changes give no finding", () => {
    expect(rulesOf(plan(policy(own), policy(own)))).toEqual([]);
  });

  it("report that a sensitive value changes, but not the value", () => {
    const marks = { before_sensitive: { policy: true }, after_sensitive: { policy: true } };
    const findings = rulesOf(plan(policy(own), policy(own, { ...opened, Sid: "Secret1" }), marks));
    expect(findings.map(({ rule }) => rule)).toEqual(["unreadable-policy"]);
    expect(JSON.stringify(findings)).not.toContain("Secret1");
  });
});
