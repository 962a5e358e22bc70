import type { AwsAccess, DatabasesPort } from "../../../scripts/aws";
import { concurrently } from "../../../scripts/engine/concurrently";
import type { Place } from "../../../topology";
import type { Shareable, SharedResource, Sharing } from "../../kind";
import type { DatabaseCopy } from "./database-copy";
import { snapshotsByArns } from "./look";

export function shareableOf({ id }: DatabaseCopy): Shareable {
  return { id, snapshotIds: [id] };
}

/** A snapshot of a database, as far as sharing it is concerned. */
export function sharedDatabase(
  port: DatabasesPort,
  arn: string,
  tags: SharedResource["tags"],
): SharedResource {
  return {
    id: arn,
    tags,
    accountsNow: () => port.sharedAccounts(arn),
    change: (change, accounts) => port.changeShares(arn, change, accounts),
  };
}

/** A snapshot is shared as one resource; RDS tags one resource per call. */
export function sharing(aws: AwsAccess, place: Place): Sharing {
  const port = aws.databases(place);
  return {
    resources: ({ id }) => [sharedDatabase(port, id, {})],
    async tagsOf(resources) {
      const ids = resources.map(({ id }) => id);
      const found = await snapshotsByArns(aws, place, ids);
      const tags = new Map(found.map((snapshot) => [snapshot.arn, snapshot.tags]));
      return ids.map((id) => tags.get(id));
    },
    async tag(ids, tags) {
      await concurrently(ids, (id) => port.addTags(id, tags));
    },
    async untag(ids, keys) {
      await concurrently(ids, (id) => port.removeTags(id, keys));
    },
  };
}
