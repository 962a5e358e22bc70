import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { CopySnapshotCommand, CreateSnapshotCommand, CreateVolumeCommand } from "@aws-sdk/client-ec2";
import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { AuditRules, CustomerManagedKey } from "../../constructs";
import { administrator } from "../../demo/clients";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { TerraformDirectory } from "./lib/terraform-directory";

jest.setTimeout(600_000);

const ACCOUNT = "111111111111";
const REGIONS = ["eu-west-1", "eu-central-1"] as const;
const [HOME, AWAY] = REGIONS;
const FILE = "main.tf.json";
const ALIAS = "alias/two-regions";
const QUEUE = "alarms";
let queuePolicy: string;

/**
 * A key with a replica, as one declaration, and event rules that report dangers to the key to a queue.
 * @param isShared whether another account may copy from the key in both Regions
 */
function configuration(isShared: boolean): string {
  const stack = new TerraformStack(Testing.app(), "keys");
  new AwsProvider(stack, "home", { region: HOME });
  const provider = new AwsProvider(stack, "away", { region: AWAY, alias: "away" });
  const key = new CustomerManagedKey(stack, "key", {
    alias: ALIAS,
    description: "application data of two Regions",
    multiRegion: true,
  });
  key.addReplica("away", { provider });
  if (isShared) key.grants.allowCopying({ account: "222222222222", roleName: "copier" });
  const rules = new AuditRules(stack, "rules", {
    namePrefix: "two-regions",
    destination: { queueArn: `arn:aws:sqs:${HOME}:${ACCOUNT}:${QUEUE}` },
    environment: { partition: "aws", account: ACCOUNT, region: HOME },
  });
  queuePolicy = rules.policies.destinationPolicy;
  return Testing.synth(stack);
}

let cloud: Rehearsal;
let declared: string;
let directory: TerraformDirectory;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60 });
  declared = mkdtempSync(path.join(os.tmpdir(), "keyferry-two-regions-"));
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
  };
  writeFileSync(path.join(declared, FILE), configuration(true));
  directory = await TerraformDirectory.served(declared, env);
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
  rmSync(declared, { recursive: true, force: true });
});

const kms = (region: string) => administrator(cloud.url, ACCOUNT, region).kms;

async function keyIn(region: string) {
  const { KeyMetadata } = await kms(region).send(new DescribeKeyCommand({ KeyId: ALIAS }));
  const { Policy } = await kms(region).send(
    new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: "default" }),
  );
  return { metadata: KeyMetadata, policy: Policy ?? "" };
}

test("a key and its replica are deployed together, and a second plan is empty", async () => {
  directory.write(FILE, configuration(false));
  await directory.apply();
  const home = await keyIn(HOME);
  const away = await keyIn(AWAY);
  expect(home.metadata).toMatchObject({ MultiRegionConfiguration: { MultiRegionKeyType: "PRIMARY" } });
  expect(away.metadata).toMatchObject({
    KeyId: home.metadata?.KeyId,
    KeyState: "Enabled",
    MultiRegionConfiguration: { MultiRegionKeyType: "REPLICA", PrimaryKey: { Region: HOME } },
  });
  expect(await directory.changes()).toEqual([]);
});

test("a later grant of the key also applies to the replica in the same deployment, through the replica's own Region", async () => {
  directory.write(FILE, configuration(true));
  await directory.apply();
  const home = await keyIn(HOME);
  const away = await keyIn(AWAY);
  expect(home.policy).toContain("222222222222");
  expect(home.policy).toContain(`ec2.${HOME}.amazonaws.com`);
  expect(JSON.parse(away.policy)).toEqual(JSON.parse(home.policy.replaceAll(HOME, AWAY)));
  expect(await directory.changes()).toEqual([]);
});

/** A call of Amazon SQS in the JSON protocol, as any client would make it. */
async function sqs(
  operation: string,
  input: object,
): Promise<{ QueueUrl?: string; Messages?: { Body: string }[] }> {
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${HOME}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Awaited<ReturnType<typeof sqs>>;
}

test("a failed snapshot copy is sent to the queue once the queue's policy allows the rules; a successful one is not", async () => {
  const { ec2 } = administrator(cloud.url, ACCOUNT, HOME);
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${HOME}a`, Size: 1 }));
  await cloud.clock.advance(60);
  const { SnapshotId: SourceSnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  await cloud.clock.advance(3600);
  const copyUnder = async (KmsKeyId: string) => {
    const { SnapshotId } = await ec2.send(
      new CopySnapshotCommand({ SourceSnapshotId, SourceRegion: HOME, Encrypted: true, KmsKeyId }),
    );
    await cloud.clock.advance(3600);
    return `arn:aws:ec2:${HOME}::snapshot/${SnapshotId}`;
  };
  const lost = `arn:aws:kms:${HOME}:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;
  const { QueueUrl } = await sqs("CreateQueue", { QueueName: QUEUE });
  await copyUnder(lost);
  await sqs("SetQueueAttributes", { QueueUrl, Attributes: { Policy: queuePolicy } });
  await copyUnder(ALIAS);
  const failed = await copyUnder(lost);
  const { Messages = [] } = await sqs("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  expect(Messages.map(({ Body }) => JSON.parse(Body) as unknown)).toMatchObject([
    {
      "detail-type": "EBS Snapshot Notification",
      resources: [failed],
      detail: { event: "copySnapshot", result: "failed", cause: expect.stringMatching(/\S/) as string },
    },
  ]);
});

test("no plan destroys the key or its replica", async () => {
  expect(await directory.failure("destroy", "-auto-approve")).toContain("prevent_destroy");
  for (const region of REGIONS) expect((await keyIn(region)).metadata?.KeyState).toBe("Enabled");
});
