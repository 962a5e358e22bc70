import type { Instance, Snapshot } from "@aws-sdk/client-ec2";
import type { Place } from "../../../topology";
import { call, clientOf, lazily, type Entry } from "../client-config";
import { parts } from "../gather";
import { sdk } from "../sdk";
import { isNamed, type KeyNames } from "./key-names";
import type { KeyUser } from "./key-user";

/** Maximum number of ids in one call. Source: EC2 API reference, DescribeInstances (filter values). */
const IDS_AT_ONCE = 200;

/** Filter that excludes unencrypted resources. */
const ENCRYPTED = [{ Name: "encrypted", Values: ["true"] }];

/** Reads what EC2 stores encrypted with a key in an account and Region. */
export function storageUses(place: Place, entry: Entry) {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });
  return { snapshotsOf, volumes, images, recycleBin, ebsDefault };

  /** The account's own snapshots under the key, including archived ones. */
  async function snapshotsOf(key: KeyNames): Promise<readonly Snapshot[]> {
    const { ec2, client } = load();
    return call(site("DescribeSnapshots"), async () => {
      const found: Snapshot[] = [];
      const pages = ec2.paginateDescribeSnapshots({ client }, { OwnerIds: ["self"], Filters: ENCRYPTED });
      for await (const { Snapshots = [] } of pages) {
        found.push(...Snapshots.filter(({ KmsKeyId }) => isNamed(key, KmsKeyId)));
      }
      return found;
    });
  }

  async function volumes(key: KeyNames): Promise<readonly KeyUser[]> {
    const { ec2, client } = load();
    const found = await call(site("DescribeVolumes"), async () => {
      const own: { readonly id: string; readonly sizeGiB: number; readonly instances: readonly string[] }[] =
        [];
      for await (const { Volumes = [] } of ec2.paginateDescribeVolumes({ client }, { Filters: ENCRYPTED })) {
        for (const { VolumeId = "", Size = 0, KmsKeyId, Attachments = [] } of Volumes) {
          if (!isNamed(key, KmsKeyId)) continue;
          const instances = Attachments.flatMap(({ InstanceId }) => InstanceId ?? []);
          own.push({ id: VolumeId, sizeGiB: Size, instances });
        }
      }
      return own;
    });
    const groups = await groupsOf([...new Set(found.flatMap(({ instances }) => instances))]);
    return found.map(({ id, sizeGiB, instances }) => {
      const by = instances.map((instance) => {
        const group = groups.get(instance);
        return group === undefined ? instance : `${instance} of Auto Scaling group ${group}`;
      });
      const text = by.length === 0 ? `volume ${id}` : `volume ${id}, attached to ${by.join(" and ")}`;
      return { type: "volume", id, sizeGiB, text };
    });
  }

  /** Instance -> its Auto Scaling group, from a tag. */
  async function groupsOf(instanceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { ec2, client } = load();
    return call(site("DescribeInstances"), async () => {
      const groups = new Map<string, string>();
      for (const InstanceIds of parts(instanceIds, IDS_AT_ONCE)) {
        const Filters = [{ Name: "instance-id", Values: [...InstanceIds] }];
        for await (const { Reservations = [] } of ec2.paginateDescribeInstances({ client }, { Filters })) {
          for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
            const group = groupOf(instance);
            if (group !== undefined) groups.set(instance.InstanceId ?? "", group);
          }
        }
      }
      return groups;
    });
  }

  /** The account's own images, including disabled ones, with a snapshot under the key. */
  async function images(snapshotIds: readonly string[]): Promise<readonly string[]> {
    const { ec2, client } = load();
    return call(site("DescribeImages"), async () => {
      const own = new Set(snapshotIds);
      const found: string[] = [];
      const pages = ec2.paginateDescribeImages({ client }, { Owners: ["self"], IncludeDisabled: true });
      for await (const { Images = [] } of pages) {
        for (const { ImageId = "", BlockDeviceMappings = [] } of Images)
          if (BlockDeviceMappings.some(({ Ebs }) => own.has(Ebs?.SnapshotId ?? ""))) found.push(ImageId);
      }
      return found;
    });
  }

  /** EC2 does not return the keys of resources in the Recycle Bin, so each of them could use this key. */
  async function recycleBin(): Promise<readonly KeyUser[]> {
    const { ec2, client } = load();
    const snapshots = await call(site("ListSnapshotsInRecycleBin"), async () => {
      const found: string[] = [];
      for await (const page of ec2.paginateListSnapshotsInRecycleBin({ client }, {}))
        found.push(...(page.Snapshots ?? []).map(({ SnapshotId = "" }) => SnapshotId));
      return found;
    });
    const binned = await call(site("ListImagesInRecycleBin"), async () => {
      const found: string[] = [];
      for await (const page of ec2.paginateListImagesInRecycleBin({ client }, {}))
        found.push(...(page.Images ?? []).map(({ ImageId = "" }) => ImageId));
      return found;
    });
    return [...snapshots, ...binned].map((id) => ({
      type: "in-recycle-bin",
      id,
      text: `${id.startsWith("ami-") ? "image" : "snapshot"} ${id} in the Recycle Bin, whose key EC2 does not show until it is restored`,
    }));
  }

  async function ebsDefault(key: KeyNames): Promise<readonly KeyUser[]> {
    const { ec2, client } = load();
    const answer = await call(site("GetEbsDefaultKmsKeyId"), () =>
      client.send(new ec2.GetEbsDefaultKmsKeyIdCommand({})),
    );
    if (!isNamed(key, answer.KmsKeyId)) return [];
    const text = `EBS, as the default key in ${place.region}`;
    return [{ type: "ebs-default", id: place.region, text }];
  }
}

function groupOf({ Tags = [] }: Instance): string | undefined {
  return Tags.find(({ Key }) => Key === "aws:autoscaling:groupName")?.Value;
}
