import type { PartRange } from "../../../../scripts/aws";

const MIB = 1024 ** 2;

/** Maximum number of parts of an upload. Source: S3 user guide, "Amazon S3 multipart upload limits". */
const MOST_PARTS = 10_000;

/** Large enough that an image of 100 GB has a few hundred parts, small enough that repeating one part costs little. */
const USUAL_PART = 256 * MIB;

/**
 * The byte ranges in which an object is copied. They depend only on the size, so a run that resumes an upload continues with its
 * parts. S3 accepts parts of 5 MiB to 5 GiB; only the last part may be smaller.
 * @param size bytes, at least 1
 */
export function partsOf(size: number): readonly PartRange[] {
  const needed = Math.ceil(size / MOST_PARTS / MIB) * MIB;
  const length = Math.max(USUAL_PART, needed);
  return Array.from({ length: Math.ceil(size / length) }, (_, index) => ({
    number: index + 1,
    first: index * length,
    last: Math.min((index + 1) * length, size) - 1,
  }));
}
