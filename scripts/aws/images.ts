import type { Filter, Snapshot, Tag } from "@aws-sdk/client-ec2";
import { must } from "../../core/must";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { fromTags, toImageView } from "./image-view";
import { Pace, PACE } from "./pace";
import type {
  CopyImageRequest,
  CopySnapshotRequest,
  Filters,
  ImagesPort,
  ImageView,
  SharedThing,
  SnapshotView,
} from "./ports";
import { sdk } from "./sdk";

/** Page size of EC2's responses: the maximum of DescribeImages and DescribeSnapshots. */
const PAGE_SIZE = 1000;

/** The port on real EC2. */
export function imagesPort(place: Place, entry: Entry): ImagesPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry) };
  });

  /** Only calls that EC2 refused, and so did not execute, are retried. */
  const loadOnce = lazily(() => {
    const ec2 = sdk.ec2();
    const retryStrategy = new Pace(
      entry.time,
      { ...PACE, passingAttempts: 1, firstAttempts: 1 },
      entry.contact,
    );
    return { ec2, client: clientOf(ec2.EC2Client, place.region, entry, { retryStrategy }) };
  });

  return {
    async describeImages(filters) {
      const { ec2, client } = load();
      return call(site("DescribeImages"), async () => {
        const found: ImageView[] = [];
        const pages = ec2.paginateDescribeImages(
          { client, pageSize: PAGE_SIZE },
          { Owners: ["self"], Filters: toFilters(filters), IncludeDisabled: true },
        );
        for await (const page of pages) found.push(...(page.Images ?? []).map(toImageView));
        return found;
      });
    },

    async describeSnapshots(filters) {
      const { ec2, client } = load();
      return call(site("DescribeSnapshots"), async () => {
        const found: SnapshotView[] = [];
        const pages = ec2.paginateDescribeSnapshots(
          { client, pageSize: PAGE_SIZE },
          { OwnerIds: ["self"], Filters: toFilters(filters) },
        );
        for await (const page of pages) found.push(...(page.Snapshots ?? []).map(toSnapshotView));
        return found;
      });
    },

    async describeSnapshot(snapshotId) {
      const { ec2, client } = load();
      const answer = await call(site("DescribeSnapshots"), () =>
        client.send(new ec2.DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] })),
      );
      return toSnapshotView(must(answer.Snapshots?.[0], `${snapshotId} of DescribeSnapshots`));
    },

    async copyImage(request) {
      const { ec2, client } = load();
      const answer = await call(site("CopyImage"), () =>
        client.send(new ec2.CopyImageCommand(toCopyImage(request))),
      );
      return must(answer.ImageId, "ImageId of CopyImage");
    },

    async copySnapshot(request) {
      const { ec2, client } = loadOnce();
      const answer = await call(site("CopySnapshot"), () =>
        client.send(new ec2.CopySnapshotCommand(toCopySnapshot(request))),
      );
      return must(answer.SnapshotId, "SnapshotId of CopySnapshot");
    },

    async deregisterImage(imageId, withSnapshots = false) {
      const { ec2, client } = load();
      const input = { ImageId: imageId, ...(withSnapshots ? { DeleteAssociatedSnapshots: true } : {}) };
      const answer = await call(site("DeregisterImage"), () =>
        client.send(new ec2.DeregisterImageCommand(input)),
      );
      return (answer.DeleteSnapshotResults ?? []).flatMap(({ SnapshotId, ReturnCode }) =>
        ReturnCode === "success" && SnapshotId !== undefined ? [SnapshotId] : [],
      );
    },

    async deleteSnapshot(snapshotId) {
      const { ec2, client } = load();
      await call(site("DeleteSnapshot"), () =>
        client.send(new ec2.DeleteSnapshotCommand({ SnapshotId: snapshotId })),
      );
    },

    async sharedWith(what, account) {
      const { ec2, client } = load();
      const paged = { client, pageSize: PAGE_SIZE };
      const found: SharedThing[] = [];
      if (what === "image") {
        const input = { Owners: ["self"], ExecutableUsers: [account], IncludeDisabled: true };
        await call(site("DescribeImages"), async () => {
          for await (const { Images = [] } of ec2.paginateDescribeImages(paged, input)) {
            for (const view of Images.map(toImageView)) found.push({ kind: "image", id: view.id, view });
          }
        });
        return found;
      }
      const input = { OwnerIds: ["self"], RestorableByUserIds: [account] };
      await call(site("DescribeSnapshots"), async () => {
        for await (const { Snapshots = [] } of ec2.paginateDescribeSnapshots(paged, input)) {
          for (const view of Snapshots.map(toSnapshotView))
            found.push({ kind: "snapshot", id: view.snapshotId, view });
        }
      });
      return found;
    },

    async mayLaunch(imageId) {
      const { ec2, client } = load();
      const answer = await call(site("DescribeImages"), () =>
        client.send(
          new ec2.DescribeImagesCommand({
            ExecutableUsers: ["self"],
            Filters: toFilters({ "image-id": [imageId], state: ["available"] }),
          }),
        ),
      );
      return (answer.Images ?? []).length > 0;
    },

    async launchPermissions(imageId) {
      const { ec2, client } = load();
      const answer = await call(site("DescribeImageAttribute"), () =>
        client.send(
          new ec2.DescribeImageAttributeCommand({ ImageId: imageId, Attribute: "launchPermission" }),
        ),
      );
      return (answer.LaunchPermissions ?? []).flatMap((permission) => permission.UserId ?? []);
    },

    async createVolumePermissions(snapshotId) {
      const { ec2, client } = load();
      const answer = await call(site("DescribeSnapshotAttribute"), () =>
        client.send(
          new ec2.DescribeSnapshotAttributeCommand({
            SnapshotId: snapshotId,
            Attribute: "createVolumePermission",
          }),
        ),
      );
      return (answer.CreateVolumePermissions ?? []).flatMap((permission) => permission.UserId ?? []);
    },

    async changeLaunchPermissions(imageId, change, accounts) {
      const { ec2, client } = load();
      const users = accounts.map((UserId) => ({ UserId }));
      await call(site("ModifyImageAttribute"), () =>
        client.send(
          new ec2.ModifyImageAttributeCommand({
            ImageId: imageId,
            LaunchPermission: change === "add" ? { Add: users } : { Remove: users },
          }),
        ),
      );
    },

    async changeCreateVolumePermissions(snapshotId, change, accounts) {
      const { ec2, client } = load();
      const users = accounts.map((UserId) => ({ UserId }));
      await call(site("ModifySnapshotAttribute"), () =>
        client.send(
          new ec2.ModifySnapshotAttributeCommand({
            SnapshotId: snapshotId,
            CreateVolumePermission: change === "add" ? { Add: users } : { Remove: users },
          }),
        ),
      );
    },

    async setDescription(imageId, description) {
      const { ec2, client } = load();
      await call(site("ModifyImageAttribute"), () =>
        client.send(
          new ec2.ModifyImageAttributeCommand({ ImageId: imageId, Description: { Value: description } }),
        ),
      );
    },

    async requireImdsV2(imageId) {
      const { ec2, client } = load();
      await call(site("ModifyImageAttribute"), () =>
        client.send(
          new ec2.ModifyImageAttributeCommand({ ImageId: imageId, ImdsSupport: { Value: "v2.0" } }),
        ),
      );
    },

    async deprecate(imageId, at) {
      const { ec2, client } = load();
      await call(site("EnableImageDeprecation"), () =>
        client.send(new ec2.EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt: new Date(at) })),
      );
    },

    async enableDeregistrationProtection(imageId, withCooldown) {
      const { ec2, client } = load();
      await call(site("EnableImageDeregistrationProtection"), () =>
        client.send(
          new ec2.EnableImageDeregistrationProtectionCommand({
            ImageId: imageId,
            WithCooldown: withCooldown,
          }),
        ),
      );
    },

    async createTags(resourceIds, tags) {
      const { ec2, client } = load();
      await call(site("CreateTags"), () =>
        client.send(new ec2.CreateTagsCommand({ Resources: [...resourceIds], Tags: toTags(tags) })),
      );
    },

    async deleteTags(resourceIds, keys) {
      const { ec2, client } = load();
      await call(site("DeleteTags"), () =>
        client.send(
          new ec2.DeleteTagsCommand({ Resources: [...resourceIds], Tags: keys.map((Key) => ({ Key })) }),
        ),
      );
    },
  };
}

function toCopyImage(request: CopyImageRequest) {
  const Tags = toTags(request.tags);
  return {
    Name: request.name,
    ...(request.description === undefined ? {} : { Description: request.description }),
    SourceImageId: request.sourceImageId,
    SourceRegion: request.sourceRegion,
    Encrypted: true,
    KmsKeyId: request.keyArn,
    CopyImageTags: false,
    ClientToken: request.clientToken,
    TagSpecifications: [
      { ResourceType: "image" as const, Tags },
      { ResourceType: "snapshot" as const, Tags },
    ],
  };
}

function toCopySnapshot(request: CopySnapshotRequest) {
  return {
    SourceSnapshotId: request.sourceSnapshotId,
    SourceRegion: request.sourceRegion,
    Description: request.description,
    Encrypted: true,
    KmsKeyId: request.keyArn,
    TagSpecifications: [{ ResourceType: "snapshot" as const, Tags: toTags(request.tags) }],
  };
}

function toFilters(filters: Filters): Filter[] {
  return Object.entries(filters).map(([Name, values]) => ({ Name, Values: [...values] }));
}

function toTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function toSnapshotView(snapshot: Snapshot): SnapshotView {
  return {
    snapshotId: must(snapshot.SnapshotId, "SnapshotId of DescribeSnapshots"),
    ...(snapshot.Description ? { description: snapshot.Description } : {}),
    startTime: snapshot.StartTime?.toISOString() ?? "",
    state: must(snapshot.State, "State of DescribeSnapshots"),
    ...(snapshot.StateMessage ? { stateMessage: snapshot.StateMessage } : {}),
    progressPercent: Number.parseInt(snapshot.Progress ?? "0", 10) || 0,
    encrypted: snapshot.Encrypted ?? false,
    ...(snapshot.KmsKeyId === undefined ? {} : { keyArn: snapshot.KmsKeyId }),
    sizeGiB: snapshot.VolumeSize ?? 0,
    ...(snapshot.FullSnapshotSizeInBytes === undefined
      ? {}
      : { dataBytes: snapshot.FullSnapshotSizeInBytes }),
    ...(snapshot.StorageTier === "archive" ? { archived: true } : {}),
    tags: fromTags(snapshot.Tags),
  };
}
