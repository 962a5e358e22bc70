import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import {
  CreateImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { administrator } from "../../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../../sandbox";
import { hostEnvironment } from "../../../setup/environment";
import { provideMoto } from "../../../setup/moto";
import { administratorEnvironment } from "./administrator-environment";
import { awsCliVersion, refusalIn, type Refusal } from "./aws-cli";

/** Accounts of the procedures that are typed; those of the boto3 programs are their own. */
export const SRC = "111111111111";
export const DST = "222222222222";

const required = process.env["CI"] === "true";

/** `describe` where the AWS CLI is installed, or has to be; elsewhere its tests are skipped, and it says so. */
export function whereTheCliIs(): jest.Describe {
  if (awsCliVersion() !== undefined || required) return describe;
  process.stderr.write(
    "The AWS CLI is not on PATH: what is typed is not tested. With CI=true it is required.\n",
  );
  return describe.skip;
}

interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
}

/** A terminal: commands as they are typed, in a folder of their own, with what was exported before. */
export class Terminal {
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    readonly folder: string,
  ) {}

  /** What a command that succeeds prints, as JSON where it is. */
  async type(command: string): Promise<any> {
    const { exit, stdout, stderr } = await this.start(command);
    if (exit !== 0) throw new Error(`${command}\nended with ${exit}: ${stderr}`);
    try {
      return JSON.parse(stdout);
    } catch {
      return stdout.trim();
    }
  }

  /** How a command fails. Rejects when it succeeds. */
  async refusal(command: string): Promise<Refusal> {
    const { exit, stdout, stderr } = await this.start(command);
    if (exit === 0) throw new Error(`${command}\nwas expected to fail and answered ${stdout}`);
    return refusalIn(stderr);
  }

  /** A file that commands name by `file://` or by itself. */
  file(name: string, content: object | Buffer): void {
    const text = Buffer.isBuffer(content) ? content : JSON.stringify(content);
    writeFileSync(path.join(this.folder, name), text);
  }

  /** The same with a role's session exported. */
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

/** A cloud in which procedures are carried out. */
export interface Workplace {
  readonly cloud: Rehearsal;
  readonly defects: unknown[];
  terminal(account: string, region: string): Terminal;
  /** What a program under `lib/` that uses boto3 has seen. */
  boto3(program: string): Promise<any>;
  /** An image of a new instance whose root volume is encrypted. @param key @default - the account's EBS default key */
  encryptedImage(account: string, region: string, name: string, key?: string): Promise<string>;
  /** What became of something: looked up by the SDK, which is quicker than one more command. */
  readonly look: Look;
  stop(): Promise<void>;
}

/** An account and a Region. */
export type Where = readonly [account: string, region: string];

/** Readings as the account's administrator. */
export interface Look {
  /** An instance after five minutes, and the key of its one volume. */
  launched(
    where: Where,
    instanceId: string,
  ): Promise<{ state?: string; reason?: string; code?: string; key?: string }>;
  snapshot(where: Where, snapshotId: string): Promise<any>;
  /** The snapshot of an image's root. */
  rootSnapshot(where: Where, imageId: string): Promise<string>;
  object(where: Where, bucket: string, key: string): Promise<any>;
  /** Gives a role of the account the one policy that it has. */
  roleMay(where: Where, role: string, policy: object): Promise<void>;
}

export async function openWorkplace(): Promise<Workplace> {
  const defects: unknown[] = [];
  const cloud = await startRehearsal({ port: 0, onDefect: (error) => defects.push(error) });
  const folder = mkdtempSync(path.join(os.tmpdir(), "keyferry-procedure-"));
  return {
    cloud,
    defects,
    terminal: (account, region) =>
      new Terminal(
        { ...administratorEnvironment(cloud.url, account, region), AWS_DEFAULT_OUTPUT: "json" },
        folder,
      ),
    async boto3(program) {
      const { python } = await provideMoto(hostEnvironment());
      const { stdout } = await promisify(execFile)(python, [path.join(__dirname, program), cloud.url]);
      return JSON.parse(stdout);
    },
    encryptedImage: (account, region, name, key) =>
      makeImage(cloud, administrator(cloud.url, account, region).ec2, name, key),
    look: lookInto(cloud),
    async stop() {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function lookInto(cloud: Rehearsal): Look {
  const as = ([account, region]: Where) => administrator(cloud.url, account, region);
  return {
    async launched(where, id) {
      await cloud.clock.advance(300);
      const { ec2 } = as(where);
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const attached = [{ Name: "attachment.instance-id", Values: [id] }];
      const { Volumes } = await ec2.send(new DescribeVolumesCommand({ Filters: attached }));
      const { State, StateReason } = Reservations?.[0]?.Instances?.[0] ?? {};
      return {
        state: State?.Name,
        reason: StateReason?.Message,
        code: StateReason?.Code,
        key: Volumes?.[0]?.KmsKeyId,
      };
    },
    async snapshot(where, id) {
      const { Snapshots } = await as(where).ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
      return Snapshots?.[0];
    },
    async rootSnapshot(where, id) {
      const { Images } = await as(where).ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
      return Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? "";
    },
    object([account, region], Bucket, Key) {
      const credentials = { accessKeyId: account, secretAccessKey: "rehearsal" };
      const s3 = new S3Client({ endpoint: cloud.url, region, credentials, forcePathStyle: true });
      return s3.send(new HeadObjectCommand({ Bucket, Key }));
    },
    async roleMay(where, RoleName, policy) {
      const about = { RoleName, PolicyName: RoleName, PolicyDocument: JSON.stringify(policy) };
      await as(where).iam.send(new PutRolePolicyCommand(about));
    },
  };
}

async function makeImage(cloud: Rehearsal, ec2: EC2Client, Name: string, KmsKeyId?: string): Promise<string> {
  const x86 = [{ Name: "architecture", Values: ["x86_64"] }];
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["amazon"], Filters: x86 }));
  const Ebs = { Encrypted: true, KmsKeyId };
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Images[0]?.ImageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: Images[0]?.RootDeviceName, Ebs }],
    }),
  );
  await cloud.clock.advance(300);
  const InstanceId = Instances[0]?.InstanceId;
  const { ImageId = "" } = await ec2.send(new CreateImageCommand({ InstanceId, Name, NoReboot: true }));
  await cloud.clock.advance(3600);
  return ImageId;
}

/** A policy of the given statements, each of which allows unless it says otherwise. */
export function policyOf(...statements: readonly object[]): object {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  };
}

/** The statement that leaves a key to its account's IAM. */
export function ownerOfKey(account: string): object {
  return { Sid: "Owner", Principal: root(account), Action: "kms:*", Resource: "*" };
}

export function root(account: string): object {
  return { AWS: `arn:aws:iam::${account}:root` };
}
