import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { refusalIn, type Refusal } from "./aws-cli";

interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

/** A terminal that runs shell commands in a folder, with exported variables. */
export class Terminal {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    readonly folder: string,
  ) {}

  /** Runs a command. @returns its output, parsed if it is JSON. Rejects unless it succeeds. */
  async type(command: string): Promise<any> {
    const { exit, stdout, stderr } = await this.start(command);
    if (exit !== 0) throw new Error(`${command}\nended with ${exit}: ${stderr}`);
    try {
      return JSON.parse(stdout);
    } catch {
      return stdout.trim();
    }
  }

  /** Runs a command that must fail. @returns its error. Rejects if it succeeds. */
  async refusal(command: string): Promise<Refusal> {
    const { exit, stdout, stderr } = await this.start(command);
    if (exit === 0) throw new Error(`${command}\nwas expected to fail and answered ${stdout}`);
    return refusalIn(stderr);
  }

  /** Writes a file in the folder, which commands name directly or with `file://`. */
  file(name: string, content: object | Buffer): void {
    const text = Buffer.isBuffer(content) ? content : JSON.stringify(content);
    writeFileSync(path.join(this.folder, name), text);
  }

  /** A terminal with the credentials of a role's session exported. */
  async as(roleArn: string): Promise<Terminal> {
    const assume = `aws sts assume-role --role-arn ${roleArn} --role-session-name person`;
    const issued = (await this.type(assume)).Credentials as Credentials;
    const exported = {
      AWS_ACCESS_KEY_ID: issued.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: issued.SecretAccessKey,
      AWS_SESSION_TOKEN: issued.SessionToken,
    };
    return new Terminal({ ...this.env, ...exported }, this.folder);
  }

  private start(command: string): Promise<{ exit: number; stdout: string; stderr: string }> {
    const options = { env: this.env, cwd: this.folder, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
    return new Promise((resolve, reject) => {
      execFile("bash", ["-c", command], options, (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== "number") reject(error);
        else resolve({ exit: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      });
    });
  }
}
