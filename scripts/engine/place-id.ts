import type { Place } from "../../topology";

/** Identity of an account and Region, for maps. */
export function placeId(place: Place): string {
  return `${place.account.id}/${place.region}`;
}
