import { must } from "../../../../core/must";
import type { AwsAccess, OwnedBucket, StoredImagesPort } from "../../../../scripts/aws";
import type { CopyNode, ObjectFolder } from "../../../../topology";

/** The way of one image as an object, and as whom each part of it is worked with. */
export interface ObjectWay {
  readonly from: ObjectFolder;
  readonly to: ObjectFolder;
  /** The source's role where the image is stored. */
  readonly sender: StoredImagesPort;
  /** The source's role in the destination's Region, to which S3 wants copies to be sent. */
  readonly pusher: StoredImagesPort;
  /** The destination's role. */
  readonly receiver: StoredImagesPort;
}

export function wayOf(aws: Pick<AwsAccess, "storedImages">, node: CopyNode): ObjectWay {
  const { from, to } = must(node.restored, `the objects of ${node.id}`);
  const { account } = from.place;
  return {
    from,
    to,
    sender: aws.storedImages(from.place),
    pusher: aws.storedImages({ account, region: to.place.region }),
    receiver: aws.storedImages(to.place),
  };
}

export function bucketOf({ bucket, place }: ObjectFolder): OwnedBucket {
  return { bucket, owner: place.account.id };
}

/** Where EC2 stores an image. Source: EC2 user guide, "How AMI store and restore works". */
export function storedKey({ prefix }: ObjectFolder, imageId: string): string {
  return `${prefix}${imageId}.bin`;
}

/**
 * Where its object arrives. The key names the ETag of what is copied, so that an upload that was begun of an object is never gone
 * on with from another.
 */
export function receivedKey({ prefix }: ObjectFolder, imageId: string, etag: string): string {
  return `${prefix}${imageId}-${etag.replace(/[^\w-]/g, "")}.bin`;
}
