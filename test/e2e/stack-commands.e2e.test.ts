import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installApp } from "../setup/fake-app";
import { dispose, type TerraformAnswers } from "../setup/fixtures";
import { recordingFile } from "../scripts/terraform/recordings";
import { CREATES, deployerThatFinds, keyferry, keyferryOn, project, TOPOLOGY } from "./lib/made-up-project";

jest.setTimeout(60_000);

afterEach(dispose);

test("deploy prints its credentials and topology, plans and applies each stack in order, and prints a summary", async () => {
  const { environment, calls } = project(CREATES, { AWS_PROFILE: "ops" });
  const { status, stdout, stderr } = await keyferry(environment, "deploy", "foundation-*", "--auto-approve");
  expect(stderr).toContain(
    "AWS, as role keyferry-deploy with profile ops of AWS_PROFILE, or with profile prod; topology acme of keyferry.config.ts",
  );
  expect(stderr).toContain("deploy: foundation-keys-a, foundation-access-a");
  expect(stderr).toMatch(/foundation-keys-a +2 to add, 0 to change, 0 to destroy/);
  expect(stdout).toMatch(/foundation-keys-a +applied in \d s: 2 added, 0 changed, 0 destroyed/);
  expect(calls().map((call) => call.split(" ").slice(0, 2).join(" "))).toEqual(
    ["keys", "access"].flatMap((layer) =>
      ["init", "plan", "apply"].map((command) => `foundation-${layer}-a ${command}`),
    ),
  );
  expect(status).toBe(0);
});

test("a failed deploy prints one explanation, the stacks that were not started and the log's name, with Terraform's exit code", async () => {
  const { environment } = project({
    ...CREATES,
    apply: { prints: recordingFile("apply-denied"), exitCode: 1 },
  });
  const { status, stdout, stderr } = await keyferry(environment, "deploy", "foundation-*", "--auto-approve");
  expect(status).toBe(1);
  expect(stderr.match(/^foundation-\S+ FAILED while/gm)).toHaveLength(1);
  expect(stderr).toContain("called: KMS CreateKey");
  expect(stderr).toContain("cause: kms:CreateKey");
  expect(stdout).toMatch(/foundation-keys-a +FAILED: 0 of 2 changes applied/);
  expect(stdout).toMatch(/foundation-access-a +not started: it depends on foundation-keys-a/);
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
  const log = /full Terraform output: (\S+)/.exec(stderr)?.[1] ?? "";
  expect(readFileSync(path.join(environment.cwd, log), "utf8")).toContain(
    "foundation-keys-a | Error: creating KMS Key",
  );
});

test("if nothing changes, nothing is applied; --verbose prints Terraform's complete output", async () => {
  const { environment, calls } = project({ plan: { prints: recordingFile("plan-mixed"), exitCode: 0 } });
  const quiet = await keyferry(environment, "deploy", "consumers-a", "--auto-approve");
  expect([quiet.status, quiet.stdout.trim()]).toEqual([0, "consumers-a  no changes"]);
  expect(quiet.stderr.split("\n").length).toBeLessThan(8);
  expect(calls().join()).not.toContain("apply");
  const { stderr } = await keyferry(environment, "deploy", "consumers-a", "--auto-approve", "--verbose");
  expect(stderr).toContain("consumers-a | terraform_data.b: Plan to update");
});

test.each([
  ["without --exit-code", [], 0],
  ["with --exit-code", ["--exit-code"], 4],
])(
  "diff plans all stacks, prints a summary, and exits, if there are changes, %s, with %p: %d",
  async (_what, args, code) => {
    const { environment, calls } = project(CREATES);
    const { status, stdout } = await keyferry(environment, "diff", ...args);
    expect(stdout).toContain("3 stacks of 3 would change: 6 to add, 0 to change, 0 to destroy");
    expect(stdout).toContain(
      "foundation-access-a  2 to add, 0 to change, 0 to destroy; values from foundation-keys-a are known once it is deployed",
    );
    expect(calls().join()).not.toContain("apply");
    expect(status).toBe(code);
  },
);

test("diff with --exit-code exits with 0 if nothing would change, and with Terraform's exit code if a plan fails", async () => {
  const same = project({ plan: { exitCode: 0 }, state: { prints: "/dev/null", exitCode: 0 } });
  expect((await keyferry(same.environment, "diff", "consumers-a", "--exit-code")).status).toBe(0);
  const broken = project({ plan: { exitCode: 1 } });
  expect((await keyferry(broken.environment, "diff", "consumers-a", "--exit-code")).status).toBe(1);
});

test("diff reports a state that cannot be read, and does not treat the stack as never deployed", async () => {
  const { environment } = project({
    ...CREATES,
    "foundation-keys-a state": { prints: recordingFile("pull-damaged-state"), exitCode: 1 },
  });
  const { status, stdout, stderr } = await keyferry(environment, "diff");
  const words = stderr.replace(/\s+/g, " ");
  expect(words).toContain("the state of foundation-keys-a could not be read Failed to refresh state");
  expect(words).toContain("fix: restore an earlier one");
  expect(stdout).toMatch(/^foundation-access-a +FAILED/m);
  expect(stdout).toMatch(/1 stack could not be compared/);
  expect(status).toBe(1);
});

test("--config also names the topology for the app, relative to the working directory", async () => {
  const { environment } = project();
  const moved = path.join(environment.cwd, "other.config.ts");
  writeFileSync(moved, JSON.stringify({ ...TOPOLOGY, name: "other" }));
  const { status, stderr, stdout } = await keyferry(environment, "synth", "--config", "other.config.ts");
  expect(stderr).toContain("topology other of other.config.ts");
  expect(stdout).toContain("written below cdktf.out");
  expect(readFileSync(path.join(environment.cwd, "cdktf.out/config"), "utf8")).toBe(moved);
  expect(status).toBe(0);
});

describe("a usage error is reported once, exits with 2, and starts nothing:", () => {
  test.each([
    [
      "no stack is named",
      ["deploy", "--auto-approve"],
      /stacks: no stack is named.*[^]*foundation-keys-a, foundation-access-a, consumers-a; .*'\*' for all/,
    ],
    [
      "a stack that does not exist",
      ["diff", "foundation-*", "consumer-b"],
      /consumer-b: no stack has this name[^]*foundation-keys-a/,
    ],
    ["no terminal to approve on", ["deploy", "foundation-*"], /then add --auto-approve/],
    ["an unknown option", ["deploy", "--fast"], /unknown option '--fast'/],
    [
      "an invalid parallelism",
      ["deploy", "*", "--parallelism", "0"],
      /'--parallelism <n>' argument '0' is invalid/,
    ],
    [
      "a configuration that does not exist",
      ["diff", "--config", "nowhere.ts"],
      /nowhere.ts: there is no such file/,
    ],
    [
      "destroying a stack that another stack reads",
      ["destroy", "foundation-keys-a", "--auto-approve"],
      /foundation-keys-a: foundation-access-a still reads its outputs/,
    ],
    ["a command that does not exist", ["apply"], /unknown command 'apply'/],
  ])("%s", async (_what, argv, words) => {
    const { environment, calls } = project();
    const { status, stdout, stderr } = await keyferry(environment, ...argv);
    expect(stderr).toMatch(words);
    expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
    expect([status, stdout, calls()]).toEqual([2, "", []]);
  });

  test("a topology that the app refuses", async () => {
    const { environment, calls } = project();
    installApp(environment.cwd, { mistake: "2 problems in the topology" });
    const { status, stderr } = await keyferry(environment, "deploy", "*", "--auto-approve");
    expect(stderr.match(/2 problems in the topology/g)).toHaveLength(1);
    expect([status, calls()]).toEqual([2, []]);
  });
});

test("deploy without Terraform exits with 1 and says how to install it", async () => {
  const { environment } = project({}, { KEYFERRY_TERRAFORM_BASE_URL: "http://127.0.0.1:1" });
  rmSync(path.join(environment.env["PATH"] ?? "", "terraform"));
  const { status, stderr } = await keyferry(environment, "deploy", "consumers-a", "--auto-approve");
  expect(stderr).toContain("install Terraform 1.11 or newer");
  expect(status).toBe(1);
});

test("a rehearsal has its own directory for stacks and logs", async () => {
  const { environment } = project(CREATES, {
    AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    AWS_ACCESS_KEY_ID: "111111111111",
  });
  const { stderr } = await keyferry(environment, "deploy", "consumers-a", "--auto-approve");
  expect(stderr).toMatch(/^rehearsal at http:\/\/127.0.0.1:4566, .*; topology acme of keyferry.config.ts$/m);
  expect(readdirSync(environment.cwd).sort()).toEqual([
    ".cache",
    ".rehearsal",
    "app.js",
    "cdktf.json",
    "keyferry.config.ts",
  ]);
  expect(readdirSync(path.join(environment.cwd, ".rehearsal")).sort()).toEqual([
    "cdktf.out",
    "keyferry.lock.json",
    "logs",
  ]);
});

describe("an alias that a plan creates but that already exists in AWS", () => {
  const arn = "arn:aws:kms:eu-central-1:111111111111:key/1234";
  const taken = { connectAsDeployer: () => deployerThatFinds(arn) };

  test.each([
    ["deploy", ["--auto-approve"]],
    ["diff", []],
  ])("is reported by %s before a second key is created, with the possible fixes", async (command, args) => {
    const { environment, calls } = project(CREATES);
    const { status, stderr } = await keyferryOn(taken, environment, command, "foundation-keys-a", ...args);
    const words = stderr.replace(/\s+/g, " ");
    expect(words).toContain(`alias/keyferry/acme/home names ${arn} already`);
    expect(words).toContain("restore keyferry.lock.json");
    expect(words).toContain("give it its old name for one deploy");
    expect(words).toContain("keyferry keys adopt");
    expect(calls().join()).not.toContain(" apply ");
    expect(status).toBe(1);
  });

  test("is ignored if the plan does not create it", async () => {
    const { environment } = project({ plan: { prints: recordingFile("plan-mixed"), exitCode: 2 } });
    const { status } = await keyferryOn(taken, environment, "deploy", "foundation-keys-a", "--auto-approve");
    expect(status).toBe(0);
  });
});

describe("stacks of an account that was removed from the topology", () => {
  const NO_ROLE = { prints: recordingFile("plan-no-role"), exitCode: 1 };
  const withDropped = (answers: TerraformAnswers) => {
    const made = project(answers);
    installApp(made.environment.cwd, { hasDropped: true });
    return made;
  };
  const planned = (calls: readonly string[]) =>
    calls.filter((call) => call.includes(" plan ")).map((call) => call.split(" ", 1)[0]);

  test.each([
    ["foundation-*", ["foundation-keys-a", "foundation-access-a", "dropped-keys-c", "dropped-access-c"]],
    ["*", ["consumers-a", "foundation-keys-a", "foundation-access-a", "dropped-keys-c", "dropped-access-c"]],
    ["foundation-keys-*", ["foundation-keys-a", "dropped-keys-c"]],
    ["foundation-access-c", ["dropped-access-c"]],
    ["dropped-*", ["dropped-keys-c", "dropped-access-c"]],
    ["foundation-keys-a", ["foundation-keys-a"]],
    ["consumers-*", ["consumers-a"]],
  ])(
    "are deployed last by deploy %s, if it would deploy them with the account still declared",
    async (pattern, stacks) => {
      const { environment, calls } = withDropped({ plan: { exitCode: 0 } });
      const { status } = await keyferry(environment, "deploy", pattern, "--auto-approve");
      const worked = planned(calls());
      expect([...worked].sort()).toEqual([...stacks].sort());
      expect(worked.findIndex((name) => name?.startsWith("dropped-") === true)).toBe(
        stacks.findIndex((name) => name.startsWith("dropped-")),
      );
      expect(status).toBe(0);
    },
  );

  test("are compared by diff if deploy would deploy them", async () => {
    const { environment, calls } = withDropped({ plan: { exitCode: 0 } });
    await keyferry(environment, "diff", "foundation-keys-*");
    expect(planned(calls()).sort()).toEqual(["dropped-keys-c", "foundation-keys-a"]);
  });

  test("are not destroyed unless they are named exactly", async () => {
    const { environment, calls } = withDropped({ plan: { exitCode: 0 } });
    await keyferry(environment, "destroy", "foundation-*", "--auto-approve");
    expect(planned(calls()).join()).not.toContain("dropped-");
  });

  test("a missing role is explained with its fix, and does not fail a command that also deploys declared stacks", async () => {
    const { environment } = withDropped({ plan: { exitCode: 0 }, "dropped-keys-c plan": NO_ROLE });
    const { status, stdout, stderr } = await keyferry(
      environment,
      "deploy",
      "foundation-*",
      "--auto-approve",
    );
    expect(stderr).toContain("called: STS AssumeRole");
    expect(stderr).toContain("dropped-keys-c belongs to an account that left the topology");
    expect(stderr).toContain("keyferry keys forget");
    expect(stdout).toMatch(/^foundation-access-a +no changes$/m);
    expect(stdout).toMatch(/^dropped-keys-c +FAILED: nothing was changed$/m);
    expect(stdout).toMatch(/^dropped-access-c +no changes$/m);
    expect(status).toBe(0);
  });

  test("a missing role fails a command that deploys only such stacks", async () => {
    const { environment } = withDropped({ plan: { exitCode: 0 }, "dropped-keys-c plan": NO_ROLE });
    expect((await keyferry(environment, "deploy", "dropped-*", "--auto-approve")).status).toBe(1);
  });

  test("one that fails in an account whose role could be assumed fails the command", async () => {
    const { environment } = withDropped({
      plan: { exitCode: 0 },
      "dropped-keys-c plan": CREATES.plan,
      "dropped-keys-c apply": { prints: recordingFile("apply-denied"), exitCode: 1 },
    });
    const { status, stderr } = await keyferry(environment, "deploy", "foundation-*", "--auto-approve");
    expect(stderr).not.toContain("keyferry keys forget");
    expect(status).toBe(1);
  });
});

describe("with a user at a terminal", () => {
  const deploy = async (
    answers: readonly (string | undefined)[],
    argv: readonly string[] = ["deploy", "foundation-*"],
  ) => {
    const { environment, calls } = project({
      ...CREATES,
      show: { prints: recordingFile("plan-create"), exitCode: 0 },
    });
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve(answers[questions.push(question) - 1]);
    const answer = await keyferryOn({ ask }, environment, ...argv);
    return {
      ...answer,
      questions,
      calls: calls(),
      applied: calls().filter((call) => call.includes(" apply ")),
    };
  };

  test("the plan is shown before the question, and exactly that plan is applied", async () => {
    const { status, stderr, questions, applied } = await deploy(["yes", "yes"]);
    expect(questions[0]).toBe('Apply this to foundation-keys-a? Only "yes" is accepted: ');
    expect(stderr.indexOf("Plan to create")).toBeGreaterThan(0);
    expect(applied).toHaveLength(2);
    expect(applied[0]).toMatch(/foundation-keys-a\/keyferry\.tfplan$/);
    expect(status).toBe(0);
  });

  test.each([["no"], [""], [undefined]])(
    "the answer %p applies neither the stack nor the stacks that need it",
    async (answer) => {
      const { status, stdout, applied } = await deploy([answer]);
      expect(applied).toEqual([]);
      expect(stdout).toMatch(/foundation-keys-a +not applied: you did not approve the plan/);
      expect(stdout).toMatch(/foundation-access-a +not started: it depends on foundation-keys-a/);
      expect(status).toBe(1);
    },
  );

  test("destroy asks too: stacks that read another stack are destroyed first, and only the answer yes destroys", async () => {
    const destroy = ["destroy", "foundation-*"];
    const accepted = await deploy(["yes", "no"], destroy);
    expect(accepted.questions).toEqual([
      expect.stringContaining("foundation-access-a") as string,
      expect.stringContaining("foundation-keys-a") as string,
    ]);
    expect(accepted.calls.filter((call) => call.includes(" plan "))).toEqual([
      expect.stringMatching(/^foundation-access-a plan .*-destroy/) as string,
      expect.stringMatching(/^foundation-keys-a plan .*-destroy/) as string,
    ]);
    expect(accepted.applied).toEqual([expect.stringMatching(/^foundation-access-a /) as string]);
    const declined = await deploy(["no"], destroy);
    expect([declined.applied, declined.status]).toEqual([[], 1]);
    expect(declined.stdout).toMatch(/foundation-keys-a +not started: it depends on foundation-access-a/);
  });
});

test.each([
  [[], false],
  [["--migrate-state"], true],
])("with %p the state of a stack whose state storage has changed is migrated: %p", async (args, moves) => {
  const { environment, calls } = project(CREATES);
  await keyferry(environment, "deploy", "consumers-a", "--auto-approve", ...args);
  const init = calls().find((call) => call.startsWith("consumers-a init"));
  expect(init?.includes("-migrate-state -force-copy")).toBe(moves);
  // Terraform does not accept both options together.
  expect(init?.includes("-json")).toBe(!moves);
});
