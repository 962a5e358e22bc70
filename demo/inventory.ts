import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { ListAliasesCommand } from "@aws-sdk/client-kms";
import type { Topology } from "../topology";
import { administrator, type Administrator } from "./clients";
import { heldDatabases, rdsOf } from "./held-databases";

/** A snapshot of an image, a volume of an instance, a snapshot of a database or an object of a bucket, with its key. */
export interface InventoryRow {
  readonly account: string;
  readonly region: string;
  readonly resource: string;
  readonly device: string;
  readonly encryptedUnder: string;
}

/** The resources of the accounts of a topology and their keys, read with ordinary calls as each account's administrator. */
export async function inventory(endpoint: string, topology: Topology): Promise<readonly InventoryRow[]> {
  const places = new Map<string, { account: Topology["accounts"][number]; region: string }>();
  for (const rule of topology.rules) {
    const launching = rule.to.flatMap(({ shares = [] }) => shares);
    for (const place of [rule.from, ...rule.to, ...launching])
      places.set(`${place.account.id} ${place.region}`, place);
  }
  const holdsDatabases = topology.rules.some(({ kind }) => kind === "db-snapshot");
  const rows: InventoryRow[] = [];
  for (const { account, region } of places.values()) {
    const admin = administrator(endpoint, account.id, region);
    const aliases = await aliasesByKey(admin);
    const name = (keyArn: string | undefined) =>
      keyArn === undefined ? "(not encrypted)" : (aliases.get(keyArn.split("/").at(-1) ?? "") ?? keyArn);
    const devices = [
      ...(await imageDevices(admin)),
      ...(await instanceDevices(admin)),
      ...(holdsDatabases ? await databaseDevices(endpoint, account.id, region) : []),
    ];
    for (const { resource, device, keyArn } of devices) {
      rows.push({
        account: `${account.name} ${account.id}`,
        region,
        resource,
        device,
        encryptedUnder: name(keyArn),
      });
    }
  }
  return rows;
}

interface Device {
  readonly resource: string;
  readonly device: string;
  readonly keyArn: string | undefined;
}

/** The alias of each key of an account and Region, by the key's id. */
export async function aliasesByKey({ kms }: Administrator): Promise<ReadonlyMap<string, string>> {
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  return new Map(Aliases.map((alias) => [alias.TargetKeyId ?? "", alias.AliasName ?? ""]));
}

async function imageDevices({ ec2 }: Administrator): Promise<Device[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  const keys = new Map(Snapshots.map((snapshot) => [snapshot.SnapshotId, snapshot.KmsKeyId]));
  return Images.flatMap((image) =>
    (image.BlockDeviceMappings ?? []).map((mapping) => ({
      resource: `image ${image.ImageId} ${image.Name}`,
      device: mapping.DeviceName ?? "",
      keyArn: keys.get(mapping.Ebs?.SnapshotId),
    })),
  );
}

async function instanceDevices({ ec2 }: Administrator): Promise<Device[]> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: "instance-state-name", Values: ["running"] }] }),
  );
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
  const keys = new Map(Volumes.map((volume) => [volume.VolumeId, volume.KmsKeyId]));
  return Reservations.flatMap((reservation) => reservation.Instances ?? []).flatMap((instance) =>
    (instance.BlockDeviceMappings ?? []).map((mapping) => ({
      resource: `instance ${instance.InstanceId} of ${instance.ImageId}`,
      device: mapping.DeviceName ?? "",
      keyArn: keys.get(mapping.Ebs?.VolumeId),
    })),
  );
}

async function databaseDevices(endpoint: string, account: string, region: string): Promise<Device[]> {
  const held = await heldDatabases(rdsOf(endpoint, account, region));
  return held.map(({ id, database, keyArn }) => ({
    resource: `DB snapshot ${id}`,
    device: database,
    keyArn,
  }));
}
