import { must } from "../../../../core/must";
import type { AwsAccess, OwnedBucket, StoredImagesPort } from "../../../../scripts/aws";
import type { CopyNode, ObjectFolder } from "../../../../topology";

/** The folders through which one image is copied as an object, and the roles that work with them. */
export interface ObjectWay {
  readonly from: ObjectFolder;
  readonly to: ObjectFolder;
  /** The source's role in the Region in which the image is stored. */
  readonly sender: StoredImagesPort;
  /** The source's role in the destination's Region: S3 requires that copy requests are sent to that Region. */
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
 * The key of the object in the destination's bucket. It contains the ETag of the source object, so an upload that was started from
 * one object is never continued from another.
 */
export function receivedKey({ prefix }: ObjectFolder, imageId: string, etag: string): string {
  return `${prefix}${imageId}-${etag.replace(/[^\w-]/g, "")}.bin`;
}
