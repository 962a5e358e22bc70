import type { CopyNode, Place } from "../../topology";

/** The parts of a place that identify it. */
export interface PlaceKey {
  /** `id`: 12 digits. */
  readonly account: { readonly id: string };
  readonly region: string;
}

/** Identity of an account and Region, for maps. */
export function placeId(place: PlaceKey): string {
  return `${place.account.id}/${place.region}`;
}

/** Each place once, without its other properties. */
export function uniquePlaces(places: readonly Place[]): readonly Place[] {
  return [
    ...new Map(
      places.map(({ account, region }) => [placeId({ account, region }), { account, region }]),
    ).values(),
  ];
}

/** `prod eu-central-1` */
export function placeName({ account, region }: Place): string {
  return `${account.name} ${region}`;
}

/** `web -> prod eu-central-1` */
export function nodeName({ rule, place }: CopyNode): string {
  return `${rule.name} -> ${placeName(place)}`;
}
