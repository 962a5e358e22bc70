import { KeyferryError } from "../../../../core/errors";
import type { ObjectFolder } from "../../../../topology";

/** The object of a stored image was removed. */
export function storedImageGone({ place, bucket }: ObjectFolder, imageId: string): KeyferryError {
  return new KeyferryError(`the object of ${imageId} is no longer in ${bucket}`, {
    code: "StoredImageGone",
    source: "aws",
    account: place.account.id,
    fix: `find out what removes objects from ${bucket} in account ${place.account.id}, then run again: the image is stored again`,
  });
}
