import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import {
  CreateImageCommand,
  DescribeImagesCommand,
  RunInstancesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { administrator } from "../../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../../sandbox";
import { hostEnvironment } from "../../../setup/environment";
import { provideMoto } from "../../../setup/moto";
import { administratorEnvironment } from "./administrator-environment";
import { lookInto, type Look } from "./look";
import { Terminal } from "./terminal";

export { whereTheCliIs } from "./aws-cli";
export type { Terminal } from "./terminal";

/** Accounts of the procedures with CLI commands; the boto3 programs have their own accounts. */
export const SRC = "111111111111";
export const DST = "222222222222";

/** A cloud for the procedures; it exists from the first test of a file to the last. */
export interface Workplace {
  readonly cloud: Rehearsal;
  terminal(account: string, region: string): Terminal;
  /** Runs a boto3 program under `lib/`. @returns the JSON that it prints */
  boto3(program: string): Promise<any>;
  /** Creates an image of a new instance with an encrypted root volume. @param key @default - the account's EBS default key */
  encryptedImage(account: string, region: string, name: string, key?: string): Promise<string>;
  /** Reads results with the SDK, which is faster than a CLI command. */
  readonly look: Look;
}

/** The workplace of a file's tests; after the last test its cloud must not have reported a defect. */
export function useWorkplace(): Workplace {
  const defects: unknown[] = [];
  const folder = mkdtempSync(path.join(os.tmpdir(), "keyferry-procedure-"));
  let cloud: Rehearsal;
  beforeAll(async () => {
    cloud = await startRehearsal({ port: 0, onDefect: (error) => defects.push(error) });
  });
  afterAll(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(defects).toEqual([]);
  });
  return {
    get cloud() {
      return cloud;
    },
    get look() {
      return lookInto(cloud);
    },
    terminal(account, region) {
      const env = { ...administratorEnvironment(cloud.url, account, region), AWS_DEFAULT_OUTPUT: "json" };
      return new Terminal(env, folder);
    },
    async boto3(program) {
      const { python } = await provideMoto(hostEnvironment());
      const { stdout } = await promisify(execFile)(python, [path.join(__dirname, program), cloud.url]);
      return JSON.parse(stdout);
    },
    encryptedImage: (account, region, name, key) =>
      makeImage(cloud, administrator(cloud.url, account, region).ec2, name, key),
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

/** A policy of the given statements, whose default effect is Allow. */
export function policyOf(...statements: readonly object[]): object {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  };
}

/** The statement that lets the IAM policies of a key's account control the key. */
export function ownerOfKey(account: string): object {
  return { Sid: "Owner", Principal: root(account), Action: "kms:*", Resource: "*" };
}

export function root(account: string): object {
  return { AWS: `arn:aws:iam::${account}:root` };
}
