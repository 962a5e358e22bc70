import { uniqueBy } from "../../../../core/unique-by";
import { isAlreadyDone, isAwsError } from "../../../../scripts/aws";
import { concurrently } from "../../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../../scripts/engine/context";
import type { CopyNode, ObjectFolder } from "../../../../topology";
import type { StoredThing } from "../../../kind";
import { bucketOf, wayOf } from "./folders";

/** The objects and unfinished uploads of these nodes' images, in the buckets of both sides. */
export async function storedThings(
  context: ReadContext,
  nodes: readonly CopyNode[],
): Promise<readonly StoredThing[]> {
  const restored = nodes.filter((node) => node.restored !== undefined);
  const found = await concurrently(restored, async (node): Promise<readonly StoredThing[]> => {
    const { from, to, sender, pusher, receiver } = wayOf(context.aws, node);
    const [stored, received, uploads] = await Promise.all([
      unlessNoBucket(() => sender.keysBelow(bucketOf(from), from.prefix)),
      unlessNoBucket(() => receiver.keysBelow(bucketOf(to), to.prefix)),
      unlessNoBucket(() => pusher.uploadsBelow(bucketOf(to), to.prefix)),
    ]);
    return [
      ...stored.map((key) =>
        objectThing(from, key, (aws) => wayOf(aws, node).sender.deleteObject(bucketOf(from), key)),
      ),
      ...received.map((key) =>
        objectThing(to, key, (aws) => wayOf(aws, node).receiver.deleteObject(bucketOf(to), key)),
      ),
      ...uploads.map((upload): StoredThing => ({
        what: "upload",
        id: `${to.bucket}/${upload.key}`,
        place: to.place,
        remove: async ({ aws }) => {
          try {
            await wayOf(aws, node).pusher.abortUpload(bucketOf(to), upload);
          } catch (error) {
            if (!isAlreadyDone(error)) throw error;
          }
        },
      })),
    ];
  });
  // Several destinations restore from the same stored object.
  return uniqueBy(found.flat(), ({ what, id }) => `${what} ${id}`);
}

type Remove = (aws: Parameters<StoredThing["remove"]>[0]["aws"]) => Promise<void>;

function objectThing({ bucket, place }: ObjectFolder, key: string, remove: Remove): StoredThing {
  return { what: "object", id: `${bucket}/${key}`, place, remove: ({ aws }) => remove(aws) };
}

/** A bucket that is not deployed yet, or no longer deployed, contains nothing. */
async function unlessNoBucket<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await look();
  } catch (error) {
    if (isAwsError(error, "NoSuchBucket")) return [];
    throw error;
  }
}
