import type { PartRange } from "../../../../scripts/aws";

const MIB = 1024 ** 2;

/** Parts of an upload at most. Source: S3 user guide, "Amazon S3 multipart upload limits". */
const MOST_PARTS = 10_000;

/** Large enough that an image of 100 GB is a few hundred parts, small enough that one is copied again at little cost. */
const USUAL_PART = 256 * MIB;

/**
 * The ranges of bytes in which an object is copied; the same for the same size, so that whoever resumes an upload goes on with its
 * parts. S3 takes no part of less than 5 MiB but the last, and none of more than 5 GiB.
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
