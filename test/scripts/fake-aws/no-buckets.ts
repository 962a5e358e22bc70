import type { BucketAccess } from "../../../scripts/aws";

/** For commands that do not use buckets. */
export function noBuckets(): BucketAccess {
  throw new TypeError("this test does not use buckets");
}
