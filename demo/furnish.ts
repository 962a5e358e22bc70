import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  RunInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceRunning,
  waitUntilSnapshotCompleted,
  waitUntilVolumeAvailable,
} from "@aws-sdk/client-ec2";
import { PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { KeyferryError } from "../core/errors";
import { accountPrincipal } from "@keyferry/common";
import { isKeyArn, keyOwnerPolicy, proofTarget, renderPolicy } from "../policy";
import { askedKeys, type Account, type KindName, type Rule, type Topology } from "../topology";
import { administrator, type Administrator } from "./clients";
import { furnishBuckets } from "./furnish-buckets";
import { takeDatabaseSnapshot } from "./furnish-databases";
import { createKey, createSourceKeys, unlessRefused } from "./furnish-key";
import { timeInNames } from "./time-in-names";

/** Polling interval of the SDK's waiters; the rehearsal's clock runs faster than real time. */
const WAITER = { minDelay: 1, maxDelay: 2, maxWaitTime: 120 };

/**
 * Creates in the accounts of a topology what their owners would provide, with ordinary AWS calls:
 * - a deploy role in each account, the existing keys that the accounts use, and the buckets that the topology expects to exist;
 * - for each image rule, an instance with three volumes (root under the EBS default key, one under a customer managed key, one unencrypted)
 *   and an image of it;
 * - for each rule that selects snapshots by tags, a snapshot; for each database rule, a database and its snapshot.
 *
 * Existing resources are not changed. Images and snapshots are created again, so after a second call `newest` selects a newer one.
 */
export async function furnish(
  endpoint: string,
  topology: Topology,
  say: (line: string) => void,
): Promise<void> {
  for (const account of await createDeployRoles(endpoint, topology)) {
    say(`account ${account.id} (${account.name}): role ${account.deployRole}`);
  }
  for (const line of await furnishOwnKeys(endpoint, topology)) say(line);
  for (const rule of topology.rules) {
    const { account, region } = rule.from;
    const admin = administrator(endpoint, account.id, region);
    const made = await MAKERS[rule.kind](admin, rule, endpoint);
    if (made !== undefined) say(`account ${account.id} (${account.name}), ${region}: ${made}`);
  }
  await furnishBuckets(endpoint, topology, say);
}

/** Creates the source of a rule, by kind. @returns a description of what was created; undefined if nothing was */
const MAKERS: Readonly<
  Record<KindName, (admin: Administrator, rule: Rule, endpoint: string) => Promise<string | undefined>>
> = {
  ami: buildImage,
  "ebs-snapshot": takeSnapshot,
  "db-snapshot": (admin, rule, endpoint) => takeDatabaseSnapshot(endpoint, admin, rule),
};

/** A snapshot of a new volume, if the rule selects snapshots by tags: the ids of snapshots cannot be chosen. */
async function takeSnapshot(admin: Administrator, { name, from }: Rule): Promise<string | undefined> {
  if (!("latest" in from.select) || from.select.latest.volumeId !== undefined) return undefined;
  const [alias] = await createSourceKeys(admin, from.keys);
  const { VolumeId } = await admin.ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: `${from.region}a`,
      Size: 8,
      ...(alias === undefined ? {} : { Encrypted: true, KmsKeyId: alias }),
    }),
  );
  const volumeId = required(VolumeId, "CreateVolume returned no volume id");
  await waitUntilVolumeAvailable({ client: admin.ec2, ...WAITER }, { VolumeIds: [volumeId] });
  const Tags = Object.entries(from.select.latest.tags).map(([Key, Value]) => ({ Key, Value }));
  const { SnapshotId } = await admin.ec2.send(
    new CreateSnapshotCommand({
      VolumeId: volumeId,
      Description: `Taken for ${name}`,
      TagSpecifications: [{ ResourceType: "snapshot", Tags }],
    }),
  );
  const snapshotId = required(SnapshotId, "CreateSnapshot returned no snapshot id");
  await waitUntilSnapshotCompleted({ client: admin.ec2, ...WAITER }, { SnapshotIds: [snapshotId] });
  return `${snapshotId} of the volume ${volumeId}`;
}

/** Keys that accounts use instead of the foundation's, with the policies that copies need. Keys named by ARN are left out: ids of keys cannot be chosen. */
async function furnishOwnKeys(endpoint: string, topology: Topology): Promise<readonly string[]> {
  const named = askedStatementsOf(topology).filter(({ key }) => !isKeyArn(key.alias));
  for (const { key, policy } of named) {
    const admin = administrator(endpoint, key.account, key.region);
    const keyId = await createKey(admin, key.alias);
    await admin.kms.send(
      new PutKeyPolicyCommand({ KeyId: keyId, PolicyName: "default", Policy: JSON.stringify(policy) }),
    );
  }
  return named.map(({ key }) => `account ${key.account}, ${key.region}: the key ${key.alias}`);
}

function askedStatementsOf(topology: Topology) {
  return askedKeys(topology)
    .filter(({ purpose }) => purpose !== "source")
    .map(({ key, statements }) => {
      const owner = keyOwnerPolicy({ partition: topology.partition, account: key.account });
      return { key, policy: renderPolicy([...owner, ...statements], proofTarget) };
    });
}

/** Creates the deploy role in each account for which the topology has one. @returns those accounts */
export async function createDeployRoles(endpoint: string, topology: Topology): Promise<readonly Account[]> {
  const accounts = topology.accounts.filter(({ deployRole }) => deployRole !== undefined);
  for (const { id, deployRole = "" } of accounts) {
    await createDeployRole(administrator(endpoint, id, "us-east-1"), deployRole, topology);
  }
  return accounts;
}

async function createDeployRole({ iam }: Administrator, role: string, topology: Topology): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: accountPrincipal(topology.partition, topology.operator.id) },
        Action: "sts:AssumeRole",
      },
    ],
  };
  const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  await unlessRefused("EntityAlreadyExistsException", () =>
    iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: JSON.stringify(trust) })),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: role,
      PolicyName: "deploy",
      PolicyDocument: JSON.stringify(everything),
    }),
  );
}

async function buildImage(admin: Administrator, rule: Rule): Promise<string> {
  const [key] = await createSourceKeys(admin, rule.from.keys);
  const instanceId = await launch(admin, await newestBaseImage(admin), key);
  await waitUntilInstanceRunning({ client: admin.ec2, ...WAITER }, { InstanceIds: [instanceId] });
  const name = imageName(rule);
  const { ImageId } = await admin.ec2.send(
    new CreateImageCommand({
      InstanceId: instanceId,
      Name: name,
      Description: `Built for ${rule.name}`,
      NoReboot: true,
    }),
  );
  const imageId = required(ImageId, "CreateImage returned no image id");
  await waitUntilImageAvailable({ client: admin.ec2, ...WAITER }, { ImageIds: [imageId] });
  return `${imageId} "${name}" of instance ${instanceId} with three volumes`;
}

async function newestBaseImage({ ec2 }: Administrator): Promise<string> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ["amazon"],
      Filters: [
        { Name: "name", Values: ["al2023-ami-*"] },
        { Name: "architecture", Values: ["x86_64"] },
      ],
    }),
  );
  const [newest] = [...Images].sort((a, b) => (b.CreationDate ?? "").localeCompare(a.CreationDate ?? ""));
  return required(newest?.ImageId, "there is no public Amazon Linux image");
}

async function launch({ ec2 }: Administrator, imageId: string, dataKey: string | undefined): Promise<string> {
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [
        { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 8, VolumeType: "gp3", Encrypted: true } },
        {
          DeviceName: "/dev/sdf",
          Ebs: {
            VolumeSize: 20,
            VolumeType: "gp3",
            Encrypted: true,
            ...(dataKey === undefined ? {} : { KmsKeyId: dataKey }),
          },
        },
        { DeviceName: "/dev/sdg", Ebs: { VolumeSize: 4, VolumeType: "gp3" } },
      ],
    }),
  );
  return required(Instances[0]?.InstanceId, "RunInstances returned no instance");
}

function imageName(rule: Rule): string {
  const time = timeInNames();
  if (!("newest" in rule.from.select)) return `${rule.name}-${time}`;
  return rule.from.select.newest.name.replace(/\*/g, time).replace(/\?/g, "0");
}

function required<T>(value: T | undefined, message: string): T {
  if (value === undefined)
    throw new KeyferryError(message, { code: "RehearsalNotFurnished", source: "tool" });
  return value;
}
