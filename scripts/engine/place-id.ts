/** A place as far as it is one. */
export interface PlaceKey {
  /** `id`: 12 digits. */
  readonly account: { readonly id: string };
  readonly region: string;
}

/** Identity of an account and Region, for maps. */
export function placeId(place: PlaceKey): string {
  return `${place.account.id}/${place.region}`;
}
