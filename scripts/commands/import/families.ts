import { must } from "../../../core/must";
import { LINEAGE_TAGS } from "../../../topology";
import type { ImageView } from "../../aws";
import { placeName } from "../../engine/place-id";
import type { Standing, StandingPlace } from "./standing";
import type { Unfit } from "./proposal";

/** An image and its account and Region. */
export interface StandingImage {
  readonly image: ImageView;
  readonly at: StandingPlace;
}

/** Images of one account and Region that are built under one name, with their copies in other accounts and Regions. */
export interface Family {
  readonly at: StandingPlace;
  /** The name pattern by which a rule selects the newest of them: `web-*`. */
  readonly pattern: string;
  /** The newest last. */
  readonly sources: readonly StandingImage[];
  /** Copies elsewhere, by what AWS records as their source; the newest last. */
  readonly copies: readonly StandingImage[];
}

/** Images that have copies elsewhere, by name and place; and copies whose source cannot be determined. */
export function familiesOf({ places }: Standing): {
  readonly families: readonly Family[];
  readonly unfit: readonly Unfit[];
} {
  const all = places.flatMap((at) => at.images.map((image): StandingImage => ({ image, at })));
  const byId = new Map(all.map((one) => [one.image.id, one]));
  const unfit: Unfit[] = [];
  const families = new Map<string, { at: StandingPlace; pattern: string; copies: StandingImage[] }>();
  for (const copy of all) {
    const { parentImageId } = copy.image;
    const topology = copy.image.tags[LINEAGE_TAGS.topology];
    if (topology !== undefined) {
      unfit.push({ what: `${words(copy)} is a copy that the topology ${topology} made`, fix: KEPT });
      continue;
    }
    if (parentImageId === undefined) continue;
    const source = firstOf(copy, byId);
    if (source === undefined) {
      unfit.push({
        what: `${words(copy)} was copied from ${parentImageId}, which does not exist in any of these accounts and Regions`,
        fix: "name the account and Region that it came from; if that image was deleted, keep the copy as it is",
      });
    } else if (source.at === copy.at) {
      unfit.push({
        what: `${words(copy)} is a copy within its account and Region`,
        fix: "if a rule should make such copies, add the account and Region to its destinations",
      });
    } else {
      const pattern = patternOf(source.image.name);
      const id = `${placeName(source.at.place)} ${pattern}`;
      const family = families.get(id) ?? { at: source.at, pattern, copies: [] };
      family.copies.push(copy);
      families.set(id, family);
    }
  }
  const sourcesOf = ({ at, pattern }: Pick<Family, "at" | "pattern">) =>
    at.images
      .filter(({ name, tags }) => patternOf(name) === pattern && tags[LINEAGE_TAGS.topology] === undefined)
      .map((image) => ({ image, at }));
  return {
    families: [...families.values()].map((family) => ({
      ...family,
      sources: sourcesOf(family).sort(byAge),
      copies: family.copies.sort(byAge),
    })),
    unfit,
  };
}

const KEPT = "it still belongs to that topology: import with its configuration, or leave it";

/** The newest of a list that is not empty. */
export function newest(images: readonly StandingImage[]): StandingImage {
  return must(images.at(-1), "an image");
}

/** `web-2026.11.30` and `web-17` belong to `web-*`; a name without digits at its end is its own pattern. */
export function patternOf(name: string): string {
  const stem = name.replace(/[-_. ]*\d[\w.:+-]*$/, "");
  if (stem === "" || stem === name) return name;
  return `${stem}${name.slice(stem.length).replace(/\d[\w.:+-]*$/, "")}*`;
}

export function words({ image, at }: StandingImage): string {
  return `${image.id} "${image.name}" in ${placeName(at.place)}`;
}

/** The image at the start of a chain of copies; undefined if it, or one in between, is not among the images found. */
function firstOf(copy: StandingImage, byId: ReadonlyMap<string, StandingImage>): StandingImage | undefined {
  const passed = new Set<string>();
  let one: StandingImage | undefined = copy;
  while (one?.image.parentImageId !== undefined && !passed.has(one.image.id)) {
    passed.add(one.image.id);
    one = byId.get(one.image.parentImageId);
  }
  return one;
}

function byAge(a: StandingImage, b: StandingImage): number {
  return a.image.creationDate.localeCompare(b.image.creationDate) || a.image.id.localeCompare(b.image.id);
}
