import path from "node:path";
import type { Environment } from "../../setup/environment";
import type { FrameworkCommand } from "../../setup/framework-arguments";
import { runFramework } from "../../setup/framework-run";
import { installApp, installCli } from "../setup/fake-framework";
import { dispose, fakeTerraform, file, machine } from "../setup/fixtures";

afterEach(dispose);

interface Invocation {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A machine on which everything is there, in made-up form. */
function furnished(env: Environment["env"] = {}): Environment {
  const environment = machine(env);
  fakeTerraform(path.join(environment.env["PATH"] ?? "", "terraform"), "1.11.4");
  file(
    path.join(
      environment.home,
      ".terraform.d/plugins/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/terraform-provider-aws_v5.100.0_x5",
    ),
  );
  installApp(environment.cwd);
  installCli(environment.cwd, "cdktf", { native: "" });
  return environment;
}

async function invocations(environment: Environment, command: FrameworkCommand, ...args: readonly string[]) {
  let output = "";
  await runFramework(environment, command, args, { onOutput: (text) => (output += text) });
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Invocation);
}

test("deploy finds Terraform by its path, calls nobody, and keeps the plugin cache off", async () => {
  const environment = furnished({ TF_CLI_CONFIG_FILE: "/no/such/file" });
  const [invocation] = await invocations(environment, "deploy", "foundation-*");
  expect(invocation?.env).toEqual({
    TERRAFORM_BINARY_NAME: path.join(environment.env["PATH"] ?? "", "terraform"),
    CHECKPOINT_DISABLE: "1",
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
  });
});

test("a plugin cache that the user has set stays", async () => {
  const [invocation] = await invocations(
    furnished({ TF_PLUGIN_CACHE_DIR: "/plugins" }),
    "deploy",
    "consumers-a",
  );
  expect(invocation?.env).toMatchObject({ TF_PLUGIN_CACHE_DIR: "/plugins" });
  expect(invocation?.env).not.toHaveProperty("CDKTF_DISABLE_PLUGIN_CACHE_ENV");
});

test("approval is never given unasked", async () => {
  const [asked] = await invocations(furnished(), "deploy", "consumers-a");
  expect(asked?.args).not.toContain("--auto-approve");
  const [given] = await invocations(furnished(), "deploy", "consumers-a", "--auto-approve");
  expect(given?.args).toContain("--auto-approve");
});

test("stacks for AWS and stacks for a rehearsal are synthesised into different directories", async () => {
  const output = ({ args }: Invocation) => args[args.indexOf("--output") + 1];
  const aws = furnished();
  const [real] = await invocations(aws, "deploy", "consumers-a");
  expect(real && output(real)).toBe(path.join(aws.cwd, "cdktf.out"));
  const local = furnished({ AWS_ENDPOINT_URL: "http://127.0.0.1:4566" });
  const [rehearsed] = await invocations(local, "deploy", "consumers-a");
  expect(rehearsed && output(rehearsed)).toBe(path.join(local.cwd, ".rehearsal", "cdktf.out"));
});

test("a failure carries the tool's exit code and the end of its error output", async () => {
  const failure = runFramework(furnished(), "deploy", ["consumers-a", "--fail"], {
    onOutput: () => undefined,
  });
  await expect(failure).rejects.toMatchObject({
    code: "ProgramFailed",
    exitCode: 3,
    stderr: expect.stringContaining("something broke"),
    command: expect.stringContaining("deploy consumers-a --fail"),
  });
});

test("a wrong topology is reported by the app itself, with its exit code, and the tool is not started", async () => {
  const environment = furnished();
  installApp(environment.cwd, { mistake: "2 problems in the topology" });
  let output = "";
  const failure = runFramework(environment, "deploy", ["a"], { onOutput: (text) => (output += text) });
  await expect(failure).rejects.toMatchObject({ code: "ProgramFailed", exitCode: 2 });
  expect(output.trim()).toBe("2 problems in the topology");
});

test("diff synthesises once and goes through the stacks that match", async () => {
  const commands = await invocations(furnished(), "diff", "foundation-*");
  expect(commands.map(({ args }) => args.slice(0, 3))).toEqual([
    ["diff", "foundation-keys-a", "--skip-synth"],
    ["diff", "foundation-keys-b", "--skip-synth"],
  ]);
});

test("diff without a name goes through all stacks", async () => {
  expect(await invocations(furnished(), "diff")).toHaveLength(3);
});

test.each(["diff", "deploy"] as const)(
  "%s of a stack that does not exist names those that do",
  async (command) => {
    await expect(invocations(furnished(), command, "foundation-*", "consumer-b")).rejects.toMatchObject({
      code: "StackUnknown",
      message: expect.stringMatching(
        /consumer-b; there are foundation-keys-a, foundation-keys-b, consumers-a/,
      ),
    });
  },
);
