/** The name of a new bucket. Source: S3 user guide, General purpose bucket naming rules. */
export const BUCKET_NAME =
  /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(\.\.|-s3alias$|--ol-s3$|--x-s3$|--table-s3$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Maximum number of characters of a bucket's name. */
export const MAX_BUCKET_NAME = 63;

/** The allowed names of a bucket, for messages. */
export const BUCKET_NAME_WORDS = "3 to 63 lower-case letters, digits, dots or hyphens";

/** Whether a new bucket can have this name. */
export function isBucketName(name: string): boolean {
  return BUCKET_NAME.test(name);
}
