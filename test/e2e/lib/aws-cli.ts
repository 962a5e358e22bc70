import { execFile, execFileSync } from "node:child_process";
import { administratorEnvironment } from "./administrator-environment";

/** How an AWS CLI command failed: AWS's code and text; without a code nothing was sent. */
export interface Refusal {
  readonly code?: string;
  readonly message: string;
}

/** The version of the unmodified `aws` on PATH; undefined where there is none. */
export function awsCliVersion(): string | undefined {
  try {
    return execFileSync("aws", ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/**
 * `describe` or `test` where the AWS CLI is installed, or has to be; elsewhere such tests are skipped, and it says so.
 */
export function whereTheCliIs<T extends { readonly skip: T }>(tests: T): T {
  if (awsCliVersion() !== undefined || process.env["CI"] === "true") return tests;
  process.stderr.write(
    "The AWS CLI is not on PATH: what is typed is not tested. With CI=true it is required.\n",
  );
  return tests.skip;
}

/** What the AWS CLI has printed about a call that failed. */
export function refusalIn(stderr: string): Refusal {
  const said = /An error occurred \((\S+)\) when calling the \S+ operation(?: \([^)]*\))?: (.*)/s.exec(
    stderr,
  );
  return { code: said?.[1], message: (said?.[2] ?? stderr).trim() };
}

interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The AWS CLI as an account's administrator in one Region; it knows the cloud by `AWS_ENDPOINT_URL` alone. */
export class AwsCli {
  constructor(
    private readonly url: string,
    private readonly account: string,
    private readonly region: string,
    /** Beside what an administrator exports. */
    private readonly more: NodeJS.ProcessEnv = {},
  ) {}

  /** The parsed answer; undefined for commands that print none. Rejects unless it succeeds. */
  async run(...argv: readonly string[]): Promise<any> {
    const { exit, stdout, stderr } = await this.start(argv);
    if (exit !== 0) throw new Error(`aws ${argv.join(" ")} ended with ${exit}: ${stderr}`);
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  }

  /** How a command fails. Rejects when it succeeds. */
  async refusal(...argv: readonly string[]): Promise<Refusal> {
    const { exit, stdout, stderr } = await this.start(argv);
    if (exit === 0) throw new Error(`aws ${argv.join(" ")} was expected to fail and answered ${stdout}`);
    return refusalIn(stderr);
  }

  private start(argv: readonly string[]): Promise<Ended> {
    const env = { ...administratorEnvironment(this.url, this.account, this.region), ...this.more };
    return new Promise((resolve, reject) => {
      execFile("aws", [...argv, "--output", "json"], { env, encoding: "utf8" }, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ exit: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
    });
  }
}
