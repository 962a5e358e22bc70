import { KeyferryError } from "../../../../core/errors";
import type { ObjectFolder } from "../../../../topology";

/** Somebody has removed the object of a stored image. */
export function storedImageGone({ place, bucket }: ObjectFolder, imageId: string): KeyferryError {
  return new KeyferryError(`the object of ${imageId} is not in ${bucket} any more`, {
    code: "StoredImageGone",
    source: "aws",
    account: place.account.id,
    fix: `see who removes objects from ${bucket} in account ${place.account.id}, then run again: the image is stored again`,
  });
}
