import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { execFile } from "node:child_process";
import { ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { furnish } from "../../demo/furnish";
import type { TopologyInput } from "../../topology";
import { eventually, rehearse, ROOT, start, type Finished, type Rehearsal } from "./lib/rehearsal";

const PROD = "222222222222";
const STAGING = "333333333333";
const BUCKET = "acme-terraform";
const HOME = "alias/keyferry/killed/home";

function topologyOf(isRemote: boolean): TopologyInput {
  return {
    name: "killed",
    accounts: { builder: { id: "111111111111" }, prod: { id: PROD }, staging: { id: STAGING } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
        to: [
          { account: "prod", regions: ["eu-central-1"] },
          { account: "staging", regions: ["eu-central-1"] },
        ],
      },
    },
    ...(isRemote ? { state: { bucket: BUCKET, region: "eu-west-1" } } : {}),
  };
}

jest.setTimeout(600_000);

let cloud: Rehearsal;

const deployer = (stack: string) =>
  start([path.join(ROOT, "bin/keyferry.js"), "deploy", stack, "--auto-approve"], cloud.env, ROOT);
/** Runs a deployment to its end; its messages are joined into one line. */
async function deploy(stack: string): Promise<Finished> {
  const finished = await deployer(stack).finished;
  return { ...finished, stderr: finished.stderr.replace(/\s+/g, " ") };
}

/** Process ID of the Terraform that applies a stack; undefined if there is none. */
function terraformAt(stack: string): number | undefined {
  const directory = path.join(cloud.directory, "workspace/cdktf.out/stacks", stack);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const isThere = readlinkSync(`/proc/${pid}/cwd`) === directory;
      return isThere && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("\0apply\0");
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

/**
 * Kills a deployment of a stack while KMS processes a slow operation.
 * @returns process ID of Terraform, which is still running
 */
async function killDuring(operation: string, stack: string): Promise<number> {
  await cloud.setFaults([{ service: "kms", operation, times: 1, effect: { kind: "slow", seconds: 25 } }]);
  const { child, finished } = deployer(stack);
  await eventually(
    `${operation} of ${stack}`,
    async () => {
      const { faults } = (await (await fetch(`${cloud.url}/_rehearsal/faults`)).json()) as {
        faults: readonly { readonly struck: number }[];
      };
      return faults.some(({ struck }) => struck > 0) ? true : undefined;
    },
    240,
  );
  child.kill("SIGKILL");
  expect((await finished).signal).toBe("SIGKILL");
  const terraform = terraformAt(stack);
  if (terraform === undefined) throw new Error("Terraform did not outlive the killed deployment");
  return terraform;
}

/** The home key of an account, and the number of keys that the topology created there. */
async function keysOf(account: string) {
  const { kms } = cloud.admin(account, "eu-central-1");
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const managed = Aliases.filter(({ AliasName }) => AliasName?.startsWith("alias/aws/"));
  const id = Aliases.find(({ AliasName }) => AliasName === HOME)?.TargetKeyId;
  return { id, count: Keys.length - managed.filter(({ TargetKeyId }) => TargetKeyId).length };
}

const remembered = (account: string) => {
  const text = readFileSync(path.join(cloud.directory, "workspace/keyferry.lock.json"), "utf8");
  const lock = JSON.parse(text) as any;
  return lock.topologies.killed.accounts[account]?.keys["eu-central-1"].home;
};

describe.each([
  ["on this machine", false],
  ["in a bucket", true],
])("with state %s, killing a deployment while Terraform applies", (_where, isRemote) => {
  beforeAll(async () => {
    cloud = await rehearse(topologyOf(isRemote), 600);
    await furnish(cloud.url, cloud.topology, () => undefined);
    expect(await cloud.keyferry("state-bucket")).toMatchObject({ code: 0 });
  });
  afterAll(() => cloud.stop());

  test("leaves Terraform running, which the next deployment detects; afterwards a deployment completes with the same key", async () => {
    const terraform = await killDuring("CreateKey", "foundation-keys-prod");
    expect(remembered(PROD)).toEqual({ state: "active", unconfirmed: true });
    const meanwhile = await deploy("foundation-keys-prod");
    expect([meanwhile.code, meanwhile.stderr.match(/FAILED while/g)]).toEqual([1, ["FAILED while"]]);
    expect(meanwhile.stderr).toContain("cause: another deployment is running on this stack");
    expect(meanwhile.stderr).toContain("fix: wait for the other one");
    await eventually("Terraform's end", () => Promise.resolve(isAlive(terraform) ? undefined : true), 120);
    const { id } = await keysOf(PROD);
    expect(id).toBeDefined();
    expect(await deploy("foundation-keys-prod")).toMatchObject({ code: 0 });
    expect(await keysOf(PROD)).toEqual({ id, count: 1 });
    expect(remembered(PROD)).toEqual({ state: "active" });
  });

  test("together with Terraform, is recovered with the commands that the next deployments print, with the same key", async () => {
    const terraform = await killDuring("CreateAlias", "foundation-keys-staging");
    process.kill(terraform, "SIGKILL");
    await eventually("Terraform's end", () => Promise.resolve(isAlive(terraform) ? undefined : true));
    // AWS still completes the request.
    const id = await eventually("the alias", async () => (await keysOf(STAGING)).id);
    if (isRemote) {
      const { code, stderr } = await deploy("foundation-keys-staging");
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining("cause: another deployment is running on this stack"),
      ]);
      const [, command = ""] = /on any machine: (\S+ -chdir=\S+ force-unlock [\w-]+)/.exec(stderr) ?? [];
      const [program = "", ...args] = command.split(" ");
      await answerYes(program, args);
    }
    const found = await deploy("foundation-keys-staging");
    expect([found.code, found.stderr]).toEqual([1, expect.stringContaining("keyferry keys adopt")]);
    expect(await cloud.keyferry("keys", "adopt")).toMatchObject({ code: 0 });
    expect(await deploy("foundation-keys-staging")).toMatchObject({ code: 0 });
    expect(await keysOf(STAGING)).toEqual({ id, count: 1 });
  });
});

/** Runs a command that asks for a confirmation; rejects unless it succeeds. */
function answerYes(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd: ROOT, env: cloud.env }, (error) =>
      error === null ? resolve() : reject(error),
    );
    child.stdin?.end("yes\n");
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
