import type { FakeCloud, FakeSnapshot } from "./fake-cloud";

/**
 * Everything that a run could have changed: images with their attributes, images and snapshots with their shares and tags, and the
 * values of parameters. It excludes snapshots of images that an ended run has deregistered: deleting them late is what
 * `keyferry clean` would do.
 */
export function pictureOf(cloud: FakeCloud): Readonly<Record<string, unknown>> {
  const now = cloud.clock.now().getTime();
  const images = cloud.images
    .filter(({ registered }) => registered)
    .map(({ view, launchPermissions }) => [
      view.id,
      {
        state: view.state,
        tags: view.tags,
        shared: [...launchPermissions].sort(),
        description: view.description,
        deprecationTime: view.deprecationTime,
        deregistrationProtection: view.deregistrationProtection,
        attributes: view.attributes,
      },
    ]);
  const held = volumesOf(cloud, true);
  const left = volumesOf(cloud, false);
  const isLeft = ({ view: { snapshotId } }: FakeSnapshot) => left.has(snapshotId) && !held.has(snapshotId);
  const snapshots = cloud.snapshots
    .filter((snapshot) => !isLeft(snapshot))
    .map(({ view, createVolumePermissions }) => [
      view.snapshotId,
      { state: view.state, tags: view.tags, shared: [...createVolumePermissions].sort() },
    ]);
  const parameters = [...cloud.parameters].map(([name, values]) => [
    name,
    {
      shows: values.filter(({ shownAt }) => shownAt <= now).at(-1)?.value,
      tags: cloud.parameterTags.get(name),
    },
  ]);
  const databases = cloud.dbSnapshots.map(({ view, sharedWith }) => [
    view.arn,
    { state: view.state, tags: view.tags, shared: [...sharedWith].sort() },
  ]);
  const objects = [...cloud.objects.objects].map(([name, { etag }]) => [name, { etag }]);
  const uploads = [...cloud.objects.uploads].map(([id, { key }]) => [id, { key }]);
  return structuredClone(
    Object.fromEntries([...images, ...snapshots, ...databases, ...objects, ...uploads, ...parameters]),
  );
}

/** Ids of the snapshots of images that are registered, or were deregistered. */
function volumesOf(cloud: FakeCloud, registered: boolean): ReadonlySet<string> {
  const images = cloud.images.filter((image) => image.registered === registered);
  return new Set(images.flatMap(({ view }) => view.volumes.map(({ snapshotId }) => snapshotId)));
}
