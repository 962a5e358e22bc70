/** Finds images and snapshots by Region, owner and name without reading all of them. */

export interface Shelved {
  readonly region: string;
  /** 12-digit account id. */
  readonly owner: string;
  /** Images have one; it is unique among an account's images of a Region, except failed ones. */
  readonly name?: string;
}

interface Places<T> {
  /** Region -> owner -> id -> item. */
  readonly regions: Map<string, Map<string, Map<string, T>>>;
  /** `region/owner/name` -> ids. */
  readonly names: Map<string, Set<string>>;
}

type Shelf<T> = Record<string, T>;

/**
 * Indexed by the record that holds the items, so that a record that replaces another is indexed again. Only the record
 * is authoritative; additions and removals must go through `put` and `drop`.
 */
const INDEXES = new WeakMap<object, Places<Shelved>>();

export function put<T extends Shelved>(shelf: Shelf<T>, id: string, item: T): void {
  const places = placesOf(shelf);
  shelf[id] = item;
  add(places, id, item);
}

export function drop<T extends Shelved>(shelf: Shelf<T>, id: string): void {
  const places = placesOf(shelf);
  const item = shelf[id];
  if (item === undefined) return;
  delete shelf[id];
  places.regions.get(item.region)?.get(item.owner)?.delete(id);
  places.names.get(nameKey(item))?.delete(id);
}

/** An account's items in a Region, oldest first. */
export function ownedBy<T extends Shelved>(shelf: Shelf<T>, region: string, owner: string): Iterable<T> {
  return placesOf(shelf).regions.get(region)?.get(owner)?.values() ?? [];
}

/** The number of an account's items in a Region. */
export function countOwned<T extends Shelved>(shelf: Shelf<T>, region: string, owner: string): number {
  return placesOf(shelf).regions.get(region)?.get(owner)?.size ?? 0;
}

/** The items of all accounts in a Region. */
export function* allIn<T extends Shelved>(shelf: Shelf<T>, region: string): Iterable<T> {
  for (const items of placesOf(shelf).regions.get(region)?.values() ?? []) yield* items.values();
}

/** An account's items of that name in a Region. */
export function named<T extends Shelved>(
  shelf: Shelf<T>,
  region: string,
  owner: string,
  name: string,
): readonly T[] {
  const ids = placesOf(shelf).names.get(nameKey({ region, owner, name })) ?? [];
  return [...ids].flatMap((id) => shelf[id] ?? []);
}

function placesOf<T extends Shelved>(shelf: Shelf<T>): Places<T> {
  const known = INDEXES.get(shelf);
  if (known !== undefined) return known as Places<T>;
  const places: Places<T> = { regions: new Map(), names: new Map() };
  for (const [id, item] of Object.entries(shelf)) add(places, id, item);
  INDEXES.set(shelf, places);
  return places;
}

function add<T extends Shelved>(places: Places<T>, id: string, item: T): void {
  const owners = places.regions.get(item.region) ?? new Map<string, Map<string, T>>();
  places.regions.set(item.region, owners);
  const items = owners.get(item.owner) ?? new Map<string, T>();
  owners.set(item.owner, items);
  items.set(id, item);
  if (item.name === undefined) return;
  const key = nameKey(item);
  const ids = places.names.get(key) ?? new Set<string>();
  places.names.set(key, ids.add(id));
}

function nameKey({ region, owner, name }: Shelved): string {
  return `${region}/${owner}/${name ?? ""}`;
}

/** The matching items, in order. */
export function choose<T>(items: Iterable<T>, isWanted: (item: T) => boolean): readonly T[] {
  const chosen: T[] = [];
  for (const item of items) if (isWanted(item)) chosen.push(item);
  return chosen;
}
