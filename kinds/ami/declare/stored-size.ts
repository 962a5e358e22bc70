/** Source: EC2 user guide, "Store and restore an AMI using S3", limitations: the size of an AMI before it is compressed. */
export const LARGEST_STORED_GB = 5_000;

const GB = 1_000 ** 3;
const GIB = 1_024 ** 3;

/** The size that is compared with the limit: the sum of the image's volumes. */
export function storedSizeGb(volumes: readonly { readonly sizeGiB: number }[]): number {
  return (volumes.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0) * GIB) / GB;
}

/** Why an image cannot be stored as an object, as a clause after its id; undefined if it is not too large. */
export function tooLargeToStore(volumes: readonly { readonly sizeGiB: number }[]): string | undefined {
  const gb = storedSizeGb(volumes);
  return gb > LARGEST_STORED_GB
    ? `has volumes of ${Math.ceil(gb)} GB in total; EC2 stores images of at most ${LARGEST_STORED_GB} GB as S3 objects`
    : undefined;
}
