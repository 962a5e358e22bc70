import type { Kind, Sharing } from "../../kinds/kind";
import type { Place } from "../../topology";
import type { AwsAccess } from "../aws";

/** The shared resources of one account and Region, with the given access: the run's, or the one without its fence. */
export type SharingOf = (aws: AwsAccess) => Sharing;

export function sharingOf(kind: Kind, place: Place): SharingOf {
  return (aws) => kind.sharing(aws, place);
}
