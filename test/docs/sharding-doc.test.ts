import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import declared from "../../examples/shards";
import { copyJobs, resolveTopology, selectedJobs, selectJobs } from "../../topology";

const ROOT = path.resolve(__dirname, "../..");
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), "utf8");
const page = read("docs/sharding.md");
const text = read("examples/shards.yml");
const topology = resolveTopology(declared);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions: object;
  readonly needs?: string;
  readonly if?: string;
  readonly "timeout-minutes"?: number;
  readonly strategy?: {
    readonly "fail-fast": boolean;
    readonly matrix: { readonly part: readonly string[] };
  };
  readonly steps: readonly Step[];
}
const workflow = parse(text) as {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
};

/** The copy jobs selected by the arguments of `--only`. */
function jobsOf(words: readonly string[]): readonly string[] {
  const selection = selectJobs(topology, words);
  return topology.rules.flatMap((rule) => selectedJobs(topology, rule, selection)).map(({ id }) => id);
}

/** The code blocks of the page in a language. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, block = ""]) => block);
const [trust, policy, task] = blocks("json").map((block) => JSON.parse(block) as Record<string, unknown>);

it("the page contains the topology and the workflow of this test", () => {
  expect(blocks("yaml")).toEqual([text]);
  expect(blocks("ts")).toEqual([
    read("examples/shards.ts").replace('from "../topology"', 'from "keyferry/topology"'),
  ]);
});

it("the parts of the workflow cover the whole topology, and each copy job is in exactly one part", () => {
  const { strategy } = workflow.jobs["run"] ?? {};
  const parts = strategy?.matrix.part ?? [];
  expect([parts.length, strategy?.["fail-fast"]]).toEqual([8, false]);
  const jobs = parts.flatMap((part) => jobsOf(part.split(" ")));
  expect([...jobs].sort()).toEqual(
    copyJobs(topology)
      .map(({ id }) => id)
      .sort(),
  );
});

it("each part waits for other parts with the same source, and its credentials last as long as its timeout", () => {
  const job = workflow.jobs["run"];
  const step = job?.steps.find(({ run }) => run?.startsWith("npx keyferry run"));
  const [, wait] = /^npx keyferry run --only \$PART --wait (\d+)$/.exec(step?.run ?? "") ?? [];
  expect(step?.env).toEqual({ PART: "${{ matrix.part }}" });
  const seconds = job?.steps.find(({ uses }) => uses?.startsWith("aws-actions/"))?.with?.[
    "role-duration-seconds"
  ];
  const minutes = job?.["timeout-minutes"] ?? Infinity;
  expect(Number(wait)).toBeLessThan(minutes * 60);
  expect(minutes * 60).toBeLessThanOrEqual(Number(seconds));
  // Limits: a role session lasts at most twelve hours (AWS), and a job on GitHub-hosted runners six (GitHub).
  expect(minutes).toBeLessThan(360);
});

it("the workflow uses no stored access key, and only the jobs that need a token get one", () => {
  expect(text).not.toMatch(/secrets\.|access-key|run:.*\$\{\{/);
  expect(workflow.permissions).toEqual({ contents: "read" });
  for (const { permissions } of Object.values(workflow.jobs))
    expect(permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(workflow.jobs["verify"]).toMatchObject({ if: "always()", needs: "run" });
});

it("the role of the workflow trusts one environment of one repository and may only assume the runner roles of the topology", () => {
  const [trusted, ...others] = trust?.["Statement"] as readonly Record<string, unknown>[];
  expect(others).toEqual([]);
  expect(trusted).toMatchObject({
    Principal: {
      Federated: `arn:aws:iam::${topology.operator.id}:oidc-provider/token.actions.githubusercontent.com`,
    },
    Condition: {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/images:environment:keyferry",
      },
    },
  });
  const accounts = new Map(
    copyJobs(topology)
      .flatMap(({ rule, to }) => [rule.from.account, to.account])
      .map((account) => [account.id, account]),
  );
  expect(policy?.["Statement"]).toEqual([
    {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: [...accounts.values()]
        .map(({ id, runnerRole }) => `arn:aws:iam::${id}:role/${runnerRole}`)
        .sort(),
    },
  ]);
});

it("the command of the scheduled container is a part of the topology", () => {
  const [{ command } = { command: [] }] = task?.["containerOverrides"] as readonly { command: string[] }[];
  const end = command.indexOf("--wait");
  expect(command.slice(0, 2)).toEqual(["run", "--only"]);
  expect(jobsOf(command.slice(2, end))).toHaveLength(4);
  expect(Number(command[end + 1])).toBeGreaterThan(0);
});
