import type { BucketAccess } from "../../../scripts/aws";

/** For commands that have nothing to do with buckets. */
export function noBuckets(): BucketAccess {
  throw new TypeError("nothing here looks at buckets");
}
