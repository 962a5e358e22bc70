import { AWS_TEXTS } from "@keyferry/common";
import type { ImagesPort, ImageView } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { error, idOf, type Change, type Guard } from "./call";
import type { FakeCloud, FakeSnapshot } from "./fake-cloud";
import { fits } from "./filters";

export function imagesPort(cloud: FakeCloud, place: Place, guard: Guard, change: Change): ImagesPort {
  const { account, region } = place;
  const own = (imageId: string, operation: string) => {
    const found = cloud.registered(place).find((image) => image.view.id === imageId);
    if (found === undefined)
      throw error(account, region, operation, "InvalidAMIID.NotFound", `no ${imageId}`);
    return found;
  };
  const ownSnapshot = (snapshotId: string, operation: string) => {
    const found = cloud.snapshots.find(
      (s) => s.view.snapshotId === snapshotId && idOf(s.place) === idOf(place),
    );
    if (found === undefined)
      throw error(account, region, operation, "InvalidSnapshot.NotFound", `no ${snapshotId}`);
    return found;
  };
  const taggable = (ids: readonly string[], operation: string) =>
    ids.map((id) => (id.startsWith("ami-") ? own(id, operation) : ownSnapshot(id, operation)));
  const write = <T>(operation: string, effect: () => T) => change(account, region, operation, effect);
  return {
    describeImages: async (filters) => {
      guard(account, region, "DescribeImages");
      const now = cloud.clock.now().getTime();
      return cloud
        .registered(place)
        .filter((image) => image.visibleAt <= now && fits(filters, imageFields(image.view), image.view.tags))
        .map((image) => structuredClone(image.view));
    },
    describeSnapshots: async (filters) => {
      guard(account, region, "DescribeSnapshots");
      cloud.settle();
      const now = cloud.clock.now().getTime();
      return cloud.snapshots
        .filter((s) => idOf(s.place) === idOf(place) && s.visibleAt <= now)
        .filter((s) => fits(filters, snapshotFields(s), s.view.tags))
        .map((s) => structuredClone(s.view));
    },
    describeSnapshot: async (snapshotId) => {
      guard(account, region, "DescribeSnapshots");
      cloud.settle();
      const found = cloud.seenSnapshot(place, snapshotId, region);
      if (found === undefined)
        throw error(account, region, "DescribeSnapshots", "InvalidSnapshot.NotFound", `no ${snapshotId}`);
      return structuredClone(found.view);
    },
    copySnapshot: (request) => write("CopySnapshot", () => cloud.copySnapshot(place, request)),
    copyImage: (request) => write("CopyImage", () => cloud.copyImage(place, request)),
    deregisterImage: (imageId, withSnapshots = false) =>
      write("DeregisterImage", () => {
        const image = own(imageId, "DeregisterImage");
        image.registered = false;
        const used = cloud.registered(place).flatMap((other) => cloud.snapshotsOf(other));
        const gone = withSnapshots ? cloud.snapshotsOf(image).filter((one) => !used.includes(one)) : [];
        for (const snapshot of gone) cloud.snapshots.splice(cloud.snapshots.indexOf(snapshot), 1);
        return gone.map(({ view }) => view.snapshotId);
      }),
    deleteSnapshot: (snapshotId) =>
      write("DeleteSnapshot", () => {
        const snapshot = ownSnapshot(snapshotId, "DeleteSnapshot");
        const user = cloud.registered(place).find((image) => cloud.snapshotsOf(image).includes(snapshot));
        if (user !== undefined) {
          throw error(
            account,
            region,
            "DeleteSnapshot",
            "InvalidSnapshot.InUse",
            `in use by ${user.view.id}`,
          );
        }
        cloud.snapshots.splice(cloud.snapshots.indexOf(snapshot), 1);
      }),
    sharedWith: async (what, other) => {
      if (what === "snapshot") {
        guard(account, region, "DescribeSnapshots");
        return cloud.snapshots
          .filter((one) => idOf(one.place) === idOf(place) && one.createVolumePermissions.includes(other))
          .map(({ view }) => ({ kind: "snapshot", id: view.snapshotId, view: structuredClone(view) }));
      }
      guard(account, region, "DescribeImages");
      return cloud
        .registered(place)
        .filter(({ launchPermissions }) => launchPermissions.includes(other))
        .map(({ view }) => ({ kind: "image", id: view.id, view: structuredClone(view) }));
    },
    mayLaunch: async (imageId) => {
      guard(account, region, "DescribeImages");
      return cloud.images.some(
        ({ view, launchPermissions }) =>
          view.id === imageId && view.state === "available" && launchPermissions.includes(account.id),
      );
    },
    launchPermissions: async (imageId) => {
      guard(account, region, "DescribeImageAttribute");
      return [...own(imageId, "DescribeImageAttribute").launchPermissions];
    },
    createVolumePermissions: async (snapshotId) => {
      guard(account, region, "DescribeSnapshotAttribute");
      return [...ownSnapshot(snapshotId, "DescribeSnapshotAttribute").createVolumePermissions];
    },
    changeLaunchPermissions: (imageId, kind, accounts) =>
      write("ModifyImageAttribute", () => {
        const image = own(imageId, "ModifyImageAttribute");
        if (kind === "add" && cloud.snapshotsOf(image).some((s) => cloud.isManaged(s))) {
          throw error(
            account,
            region,
            "ModifyImageAttribute",
            "InvalidParameter",
            AWS_TEXTS.imageUnderDefaultKey,
          );
        }
        image.launchPermissions = changed(image.launchPermissions, kind, accounts);
      }),
    changeCreateVolumePermissions: (snapshotId, kind, accounts) =>
      write("ModifySnapshotAttribute", () => {
        const snapshot = ownSnapshot(snapshotId, "ModifySnapshotAttribute");
        if (kind === "add" && cloud.isManaged(snapshot)) {
          throw error(
            account,
            region,
            "ModifySnapshotAttribute",
            "OperationNotPermitted",
            AWS_TEXTS.snapshotUnderDefaultKey,
          );
        }
        snapshot.createVolumePermissions = changed(snapshot.createVolumePermissions, kind, accounts);
      }),
    setDescription: (imageId, description) =>
      write("ModifyImageAttribute", () => {
        own(imageId, "ModifyImageAttribute").view.description = description;
      }),
    requireImdsV2: (imageId) =>
      write("ModifyImageAttribute", () => {
        const { view } = own(imageId, "ModifyImageAttribute");
        view.attributes = { ...view.attributes, "IMDS support": "v2.0" };
      }),
    deprecate: (imageId, at) =>
      write("EnableImageDeprecation", () => {
        own(imageId, "EnableImageDeprecation").view.deprecationTime = at;
      }),
    enableDeregistrationProtection: (imageId, withCooldown) =>
      write("EnableImageDeregistrationProtection", () => {
        own(imageId, "EnableImageDeregistrationProtection").view.deregistrationProtection = withCooldown
          ? "enabled-with-cooldown"
          : "enabled-without-cooldown";
      }),
    createTags: (resourceIds, tags) =>
      write("CreateTags", () => {
        for (const { view } of taggable(resourceIds, "CreateTags")) view.tags = { ...view.tags, ...tags };
      }),
    deleteTags: (resourceIds, keys) =>
      write("DeleteTags", () => {
        for (const { view } of taggable(resourceIds, "DeleteTags")) {
          view.tags = Object.fromEntries(Object.entries(view.tags).filter(([key]) => !keys.includes(key)));
        }
      }),
  };
}

function changed(present: readonly string[], kind: "add" | "remove", accounts: readonly string[]): string[] {
  if (kind === "add") return [...new Set([...present, ...accounts])];
  return present.filter((account) => !accounts.includes(account));
}

function imageFields(image: ImageView): Record<string, string | readonly string[]> {
  return {
    "image-id": image.id,
    name: image.name,
    state: image.state,
    "block-device-mapping.snapshot-id": image.volumes.map(({ snapshotId }) => snapshotId),
  };
}

function snapshotFields({ view, volumeId }: FakeSnapshot): Record<string, string | readonly string[]> {
  return {
    "snapshot-id": view.snapshotId,
    status: view.state,
    "volume-id": volumeId ?? "vol-ffffffff",
  };
}
