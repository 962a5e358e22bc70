import {
  CreateImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  waitUntilImageAvailable,
  type Image,
} from "@aws-sdk/client-ec2";
import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import type { Administrator } from "../../../demo/clients";

interface Document {
  Statement: { Sid: string }[];
}

export async function ownImages({ ec2 }: Administrator): Promise<readonly Image[]> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Owners: ["self"], IncludeDisabled: true }),
  );
  return Images;
}

/** The account's copies of a source image, in any state. */
export async function copiesOf(admin: Administrator, sourceImageId: string): Promise<readonly Image[]> {
  return (await ownImages(admin)).filter((image) =>
    image.Tags?.some((tag) => tag.Key === "keyferry:source-image" && tag.Value === sourceImageId),
  );
}

/** ARNs of the keys of an image's snapshots, one per snapshot; `""` for an unencrypted one. */
export async function keysOf({ ec2 }: Administrator, image: Image | undefined): Promise<readonly string[]> {
  const ids = (image?.BlockDeviceMappings ?? []).flatMap((mapping) => mapping.Ebs?.SnapshotId ?? []);
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: ids }));
  return Snapshots.map((snapshot) => snapshot.KmsKeyId ?? "");
}

export async function keyArn({ kms }: Administrator, alias: string): Promise<string> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
  return KeyMetadata?.Arn ?? "";
}

/** Accounts that an image or any of its snapshots is shared with. */
export async function sharedWith({ ec2 }: Administrator, image: Image): Promise<readonly string[]> {
  const launch = await ec2.send(
    new DescribeImageAttributeCommand({ ImageId: image.ImageId, Attribute: "launchPermission" }),
  );
  const accounts = (launch.LaunchPermissions ?? []).flatMap((permission) => permission.UserId ?? []);
  for (const mapping of image.BlockDeviceMappings ?? []) {
    const SnapshotId = mapping.Ebs?.SnapshotId;
    if (SnapshotId === undefined) continue;
    const volume = await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: "createVolumePermission" }),
    );
    accounts.push(...(volume.CreateVolumePermissions ?? []).flatMap((permission) => permission.UserId ?? []));
  }
  return [...new Set(accounts)];
}

/** Creates an image of the furnished instance. @returns its ID */
export async function buildImage({ ec2 }: Administrator, name: string): Promise<string> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: "instance-state-name", Values: ["running"] }] }),
  );
  const InstanceId = Reservations[0]?.Instances?.[0]?.InstanceId;
  const { ImageId = "" } = await ec2.send(new CreateImageCommand({ InstanceId, Name: name, NoReboot: true }));
  await waitUntilImageAvailable(
    { client: ec2, minDelay: 1, maxDelay: 2, maxWaitTime: 60 },
    { ImageIds: [ImageId] },
  );
  return ImageId;
}

/** Removes statements from a key's policy while `work` runs, and restores the policy. */
export async function withoutKeyStatements(
  { kms }: Administrator,
  key: string,
  sids: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const { Policy = "" } = await kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: "default" }));
  const put = (policy: string) =>
    kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: "default", Policy: policy }));
  await put(without(Policy, sids));
  try {
    await work();
  } finally {
    await put(Policy);
  }
}

/** Removes statements from a role's inline policy while `work` runs, and restores the policy. */
export async function withoutRoleStatements(
  { iam }: Administrator,
  role: string,
  sids: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const name = { RoleName: role, PolicyName: "runner" };
  const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(name));
  const policy = decodeURIComponent(PolicyDocument);
  const put = (document: string) => iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: document }));
  await put(without(policy, sids));
  try {
    await work();
  } finally {
    await put(policy);
  }
}

function without(policy: string, sids: readonly string[]): string {
  const document = JSON.parse(policy) as Document;
  const kept = document.Statement.filter((statement) => !sids.includes(statement.Sid));
  if (kept.length !== document.Statement.length - sids.length)
    throw new Error(`not all of ${sids.join(", ")} are in ${policy}`);
  return JSON.stringify({ ...document, Statement: kept });
}

/** Keys of the volumes of the running instances that an Auto Scaling group has launched. */
export async function launchedVolumeKeys({ ec2 }: Administrator): Promise<readonly string[]> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: "instance-state-name", Values: ["running"] },
        { Name: "tag-key", Values: ["aws:autoscaling:groupName"] },
      ],
    }),
  );
  const instances = Reservations.flatMap((reservation) => reservation.Instances ?? []).map(
    (i) => i.InstanceId,
  );
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
  return Volumes.filter((volume) => instances.includes(volume.Attachments?.[0]?.InstanceId)).map(
    (v) => v.KmsKeyId ?? "",
  );
}
