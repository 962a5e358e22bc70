import type { AwsAccess } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import type { Shareable, Sharing } from "../../kind";
import { sharedSnapshot } from "../../shared/shared-snapshot";
import type { SnapshotCopy } from "./snapshot-copy";

export function shareableOf({ id }: SnapshotCopy): Shareable {
  return { id, snapshotIds: [id] };
}

/** A snapshot is shared as one resource. */
export function sharing(aws: AwsAccess, place: Place): Sharing {
  const port = aws.images(place);
  return {
    resources: ({ id }) => [sharedSnapshot(port, id, {})],
    async tagsOf(resources) {
      const ids = resources.map(({ id }) => id);
      const found = ids.length === 0 ? [] : await port.describeSnapshots({ "snapshot-id": ids });
      const tags = new Map(found.map((snapshot) => [snapshot.snapshotId, snapshot.tags]));
      return ids.map((id) => tags.get(id));
    },
    tag: (ids, tags) => port.createTags(ids, tags),
    untag: (ids, keys) => port.deleteTags(ids, keys),
  };
}
