import type { ImagesPort } from "../../scripts/aws";
import type { SharedResource } from "../kind";

/** A snapshot, as far as sharing it is concerned. */
export function sharedSnapshot(images: ImagesPort, id: string, tags: SharedResource["tags"]): SharedResource {
  return {
    id,
    tags,
    accountsNow: () => images.createVolumePermissions(id),
    change: (change, accounts) => images.changeCreateVolumePermissions(id, change, accounts),
  };
}
