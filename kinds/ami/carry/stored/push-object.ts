import { KeyferryError } from "../../../../core/errors";
import { must } from "../../../../core/must";
import { isAlreadyDone, isAwsError, type StoredObject, type Upload } from "../../../../scripts/aws";
import type { RunContext } from "../../../../scripts/engine/context";
import { throwIfAborted } from "../../../../scripts/engine/graph-runner";
import type { CopyNode } from "../../../../topology";
import { bucketOf, receivedKey, storedKey, wayOf, type ObjectWay } from "./folders";
import { partsOf } from "./parts";
import { storedImageGone } from "./stored-image-gone";
import { atMost } from "./workers";

/** Parts that are copied at the same time: S3 copies each itself, so more of them need no more memory here. */
const PARTS_AT_ONCE = 16;

/** Progress is reported in steps of this many percent. */
const STEP = 5;

/**
 * Makes sure that the object of an image exists in the destination's bucket, and is the source's: same size, and same checksum if S3
 * has one of both. An existing object is used; an unfinished upload is continued part by part.
 * @returns its key
 * @throws KeyferryError `StoredImageGone`, `StoredImageChanged`, `ReceivedImageDiffers`
 */
export async function pushObject(context: RunContext, node: CopyNode, imageId: string): Promise<string> {
  const way = wayOf(context.aws, node);
  const { from, to, sender, receiver } = way;
  const object = await sender.object(bucketOf(from), storedKey(from, imageId));
  if (object === undefined) throw storedImageGone(from, imageId);
  const key = receivedKey(to, imageId, object.etag);
  if ((await receiver.object(bucketOf(to), key)) === undefined)
    await uploadObject(context, node, way, object, key);
  const arrived = await receiver.object(bucketOf(to), key);
  const difference = arrived === undefined ? "it does not exist" : differenceOf(object, arrived);
  if (difference === undefined) return key;
  if (arrived !== undefined) await receiver.deleteObject(bucketOf(to), key);
  throw differs(way, key, difference);
}

async function uploadObject(
  context: RunContext,
  node: CopyNode,
  way: ObjectWay,
  object: StoredObject,
  key: string,
): Promise<void> {
  const { from, to, pusher } = way;
  const bucket = bucketOf(to);
  const source = { ...bucketOf(from), key: object.key, etag: object.etag };
  const upload = await unfinishedUpload(way, object, key);
  const all = partsOf(object.size);
  const etags = new Map(
    (await pusher.partsOf(bucket, upload))
      .filter(({ number, size }) => size === sizeOf(all[number - 1]))
      .map(({ number, etag }) => [number, etag]),
  );
  const resumed = etags.size;
  let told = -1;
  try {
    await atMost(
      PARTS_AT_ONCE,
      all.filter(({ number }) => !etags.has(number)),
      async (range) => {
        throwIfAborted(context.signal);
        etags.set(range.number, await pusher.copyPart(bucket, upload, source, range));
        const percent = Math.floor(((etags.size / all.length) * 100) / STEP) * STEP;
        if (percent === told) return;
        told = percent;
        context.emit({ code: "ObjectProgressed", node: node.id, percent });
      },
    );
  } catch (error) {
    if (!isAwsError(error, "PreconditionFailed", "NoSuchKey")) throw error;
    // The copied parts are of an object that no longer exists.
    await abort(way, upload);
    throw changed(way, object);
  }
  const parts = all.map(({ number }) => ({
    number,
    etag: must(etags.get(number), `ETag of part ${number}, which has been copied`),
  }));
  try {
    await pusher.completeUpload(bucket, upload, parts, object.size);
  } catch (error) {
    // Another process has completed the same upload, or one of the same object.
    if (!isAlreadyDone(error)) throw error;
    await abort(way, upload);
  }
  context.emit({ code: "ObjectCopied", node: node.id, bucket: to.bucket, key, bytes: object.size, resumed });
}

/** The newest unfinished upload of the key; older ones are aborted. If there is none, it is started. */
async function unfinishedUpload(way: ObjectWay, object: StoredObject, key: string): Promise<Upload> {
  const { from, to, sender, pusher } = way;
  const found = (await pusher.uploadsBelow(bucketOf(to), key)).filter((upload) => upload.key === key);
  const [newest, ...older] = [...found].sort((a, b) => b.begunAt.localeCompare(a.begunAt));
  for (const upload of older) await abort(way, upload);
  if (newest !== undefined) return newest;
  const tags = await sender.objectTags(bucketOf(from), object.key);
  const id = await pusher.beginUpload(bucketOf(to), key, { ...object, tags });
  return { key, id };
}

async function abort({ to, pusher }: ObjectWay, upload: Upload): Promise<void> {
  try {
    await pusher.abortUpload(bucketOf(to), upload);
  } catch (error) {
    if (!isAlreadyDone(error)) throw error;
  }
}

function sizeOf(range: { readonly first: number; readonly last: number } | undefined): number {
  return range === undefined ? -1 : range.last - range.first + 1;
}

/** How an object differs from its source, in words; undefined if it does not. */
function differenceOf(source: StoredObject, copy: StoredObject): string | undefined {
  if (copy.size !== source.size) return `it has ${copy.size} bytes instead of ${source.size}`;
  if (copy.checksum === undefined || source.checksum === undefined) return undefined;
  return copy.checksum === source.checksum
    ? undefined
    : `its CRC-64/NVME is ${copy.checksum} instead of ${source.checksum}`;
}

function changed({ from }: ObjectWay, { key, etag }: StoredObject): KeyferryError {
  return new KeyferryError(
    `the object ${from.bucket}/${key} was changed while it was copied: it no longer has the ETag ${etag}`,
    {
      code: "StoredImageChanged",
      source: "aws",
      account: from.place.account.id,
      fix: `find out what writes to ${from.bucket} in account ${from.place.account.id}, then run again: nothing of the former object is kept`,
    },
  );
}

function differs({ to }: ObjectWay, key: string, difference: string): KeyferryError {
  return new KeyferryError(`the object ${to.bucket}/${key} differs from the source's object: ${difference}`, {
    code: "ReceivedImageDiffers",
    source: "aws",
    account: to.place.account.id,
    fix: "run again: the object is copied again",
  });
}
