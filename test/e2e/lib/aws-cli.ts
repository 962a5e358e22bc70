import { execFile, execFileSync } from "node:child_process";
import { administratorEnvironment } from "./administrator-environment";

/** How an AWS CLI command failed: AWS's code and text; without a code, no request was sent. */
export interface Refusal {
  readonly code?: string;
  readonly message: string;
}

/** The version of the unmodified `aws` on PATH; undefined if there is none. */
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
 * `describe` or `test` if the AWS CLI is installed or required (CI=true); otherwise their `skip`, with a message.
 */
export function whereTheCliIs<T extends { readonly skip: T }>(tests: T): T {
  if (awsCliVersion() !== undefined || process.env["CI"] === "true") return tests;
  process.stderr.write("skipped: the AWS CLI is not on PATH. With CI=true it is required.\n");
  return tests.skip;
}

/** The error in what the AWS CLI printed about a failed call. */
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

/** The AWS CLI as an account's administrator in one Region; it knows only the cloud's `AWS_ENDPOINT_URL`. */
export class AwsCli {
  constructor(
    private readonly url: string,
    private readonly account: string,
    private readonly region: string,
    /** Variables in addition to those of the administrator's environment. */
    private readonly more: NodeJS.ProcessEnv = {},
  ) {}

  /** Runs a command. @returns its parsed output; undefined if it prints nothing. Rejects unless it succeeds. */
  async run(...argv: readonly string[]): Promise<any> {
    const { exit, stdout, stderr } = await this.start(argv);
    if (exit !== 0) throw new Error(`aws ${argv.join(" ")} ended with ${exit}: ${stderr}`);
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  }

  /** Runs a command that must fail. @returns its error. Rejects if it succeeds. */
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
