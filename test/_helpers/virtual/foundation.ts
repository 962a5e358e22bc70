import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeImagesCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  NotFoundException,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import { administrator, type Administrator } from "../../../demo/clients";
import { keyPolicy, renderPolicy, runnerTrust, type RenderTarget } from "../../../policy";
import { connectAsDeployer } from "../../../scripts/aws/deployer";
import type { ChangeableFoundation } from "../../../scripts/commands/keys/foundation";
import {
  askedKeys,
  EMPTY_LOCK,
  keyDeclarations,
  mergeLock,
  namedKeyDeclarations,
  runnerAccess,
  type Place,
  type Topology,
  runnerPolicy,
} from "../../../topology";
import type { VirtualCloud } from "./virtual-cloud";

export interface Disk {
  readonly sizeGiB: number;
  /** Alias of the key; `alias/aws/ebs` for the EBS default key. @default - not encrypted */
  readonly keyAlias?: string;
}

/** Ordinary clients of the accounts' administrators, each created once. */
export class Administrators {
  private readonly made = new Map<string, Administrator>();

  constructor(private readonly url: string) {}

  of(account: string, region: string): Administrator {
    const id = `${account}/${region}`;
    const admin = this.made.get(id) ?? administrator(this.url, account, region);
    this.made.set(id, admin);
    return admin;
  }

  at({ account, region }: Place): Administrator {
    return this.of(account.id, region);
  }
}

/**
 * Deploys what Terraform deploys: keys with their aliases and policies, and runner roles with their policies, from the same
 * permission table, with ordinary AWS calls.
 */
export async function deployFoundation(admins: Administrators, topology: Topology): Promise<void> {
  const arns = new Map<string, string>();
  const idOf = (key: { account: string; region: string; alias: string }) =>
    `${key.account}/${key.region} ${key.alias}`;
  for (const rule of topology.rules) {
    for (const alias of rule.from.keys) {
      const key = { account: rule.from.account.id, region: rule.from.region, alias };
      if (!arns.has(idOf(key))) arns.set(idOf(key), await createKey(admins, key));
    }
  }
  for (const { key } of askedKeys(topology)) arns.set(idOf(key), await createKey(admins, key));
  const declarations = [...keyDeclarations(topology), ...namedKeyDeclarations(topology)];
  for (const key of declarations) arns.set(idOf(key), await createKey(admins, key));
  const target: RenderTarget = { keyArn: (key) => arns.get(idOf(key)) ?? "missing", text: (value) => value };
  for (const account of topology.accounts) {
    const { iam } = admins.of(account.id, "us-east-1");
    const access = runnerAccess(topology, account);
    const role = { RoleName: account.runnerRole };
    const trust = JSON.stringify(renderPolicy(runnerTrust(access), target));
    await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }));
    const statements = runnerPolicy(access);
    if (statements.length === 0) continue;
    const document = JSON.stringify(renderPolicy(statements, target));
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: "runner", PolicyDocument: document }));
  }
  for (const key of declarations) {
    const { kms } = admins.of(key.account, key.region);
    const Policy = JSON.stringify(renderPolicy(keyPolicy(key), target));
    await kms.send(new PutKeyPolicyCommand({ KeyId: arns.get(idOf(key)), PolicyName: "default", Policy }));
  }
}

async function createKey(
  admins: Administrators,
  key: { readonly account: string; readonly region: string; readonly alias: string },
): Promise<string> {
  const { kms } = admins.of(key.account, key.region);
  const standing = await existing(kms, key.alias);
  if (standing !== undefined) return standing;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName: key.alias, TargetKeyId: KeyMetadata?.KeyId }));
  return KeyMetadata?.Arn ?? "";
}

/** ARN of the key with an alias or ARN; undefined if it does not exist. */
async function existing(kms: Administrator["kms"], name: string): Promise<string | undefined> {
  try {
    return (await kms.send(new DescribeKeyCommand({ KeyId: name }))).KeyMetadata?.Arn;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

/** Creates a snapshot of a volume, deletes the volume, and advances the cloud's clock until the snapshot is completed. */
export async function makeSnapshot(
  cloud: Pick<VirtualCloud, "cloudClock">,
  admins: Administrators,
  place: Place,
  { sizeGiB, keyAlias }: Disk,
  tags: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { ec2 } = admins.at(place);
  const { VolumeId } = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: `${place.region}a`,
      Size: sizeGiB,
      ...(keyAlias === undefined ? {} : { Encrypted: true, KmsKeyId: keyAlias }),
    }),
  );
  await cloud.cloudClock.advance(60);
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { SnapshotId } = await ec2.send(
    new CreateSnapshotCommand({
      VolumeId,
      ...(Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: "snapshot", Tags }] }),
    }),
  );
  await cloud.cloudClock.advance(24 * 3600);
  await ec2.send(new DeleteVolumeCommand({ VolumeId }));
  return SnapshotId ?? "";
}

/** Registers an image on new snapshots, and advances the cloud's clock until they are completed. */
export async function makeImage(
  cloud: Pick<VirtualCloud, "cloudClock">,
  admins: Administrators,
  place: Place,
  name: string,
  disks: readonly Disk[],
): Promise<string> {
  const { ec2 } = admins.at(place);
  const snapshotIds: string[] = [];
  for (const disk of disks) snapshotIds.push(await makeSnapshot(cloud, admins, place, disk));
  const { ImageId } = await ec2.send(
    new RegisterImageCommand({
      Name: name,
      Architecture: "x86_64",
      VirtualizationType: "hvm",
      EnaSupport: true,
      RootDeviceName: "/dev/xvda",
      BlockDeviceMappings: snapshotIds.map((SnapshotId, index) => ({
        DeviceName: index === 0 ? "/dev/xvda" : `/dev/sd${"fghijk"[index - 1]}`,
        Ebs: { SnapshotId },
      })),
    }),
  );
  await cloud.cloudClock.advance(60);
  return ImageId ?? "";
}

/** Shares an image and its snapshots with another account. */
export async function shareImage(
  admins: Administrators,
  place: Place,
  imageId: string,
  account: string,
): Promise<void> {
  const { ec2 } = admins.at(place);
  const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  const permission = { Attribute: "createVolumePermission", OperationType: "add" } as const;
  for (const { Ebs } of Images?.[0]?.BlockDeviceMappings ?? []) {
    const SnapshotId = Ebs?.SnapshotId;
    await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId, ...permission, UserIds: [account] }));
  }
  const LaunchPermission = { Add: [{ UserId: account }] };
  await ec2.send(new ModifyImageAttributeCommand({ ImageId: imageId, LaunchPermission }));
}

/** The keys of a topology without a lock file, as the commands see them. */
export function foundationOf(cloud: Pick<VirtualCloud, "clock">, topology: Topology): ChangeableFoundation {
  return {
    before: EMPTY_LOCK,
    locked: mergeLock(topology, EMPTY_LOCK),
    deployer: connectAsDeployer(topology, "virtual", cloud.clock.timekeeper),
    remember: () => {
      throw new TypeError("there is no lock file");
    },
  };
}
