import { noBuckets } from "../fake-aws/no-buckets";
import fs from "node:fs";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import type { Stage } from "../fake-aws/stage";

/** The caller of the tests' commands. */
export const OPERATOR = "arn:aws:sts::111111111111:assumed-role/operators/jo";

export interface Answer {
  exitCode: number;
  out: string;
  err: string;
}

/** The fake host reads the default export as JSON; the real loader has its own tests. */
export function writeTopology(cwd: string, topology: unknown, file = "keyferry.config.ts"): void {
  fs.writeFileSync(path.join(cwd, file), JSON.stringify(topology));
}

/** Runs a command in a directory, in this process, on a stage's cloud. */
export async function give(
  stage: Stage,
  cwd: string,
  argv: readonly string[],
  change: Partial<Host> = {},
): Promise<Answer> {
  const answer: Answer = { exitCode: 0, out: "", err: "" };
  const host: Host = {
    env: {},
    cwd,
    out: (text) => void (answer.out += `${text}\n`),
    err: (text) => void (answer.err += `${text}\n`),
    load: (file) => ({ default: JSON.parse(fs.readFileSync(file, "utf8")) as unknown }),
    clock: stage.clock,
    connect: () => stage.cloud.access(),
    connectAsDeployer: () => stage.deployer.access(),
    connectToBuckets: noBuckets,
    caller: async () => OPERATOR,
    hostName: "laptop",
    pid: 1,
    isAlive: () => false,
    onInterrupt: () => () => undefined,
    every: () => () => undefined,
    ...change,
  };
  answer.exitCode = await runCli(argv, host);
  return answer;
}
