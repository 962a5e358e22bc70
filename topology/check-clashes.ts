import type { Problem } from "../core/errors";
import { isRecord, rawDestinations, type RawImage, type RawImages } from "./raw-input";

/** Something of which an account has only one in a Region. */
interface Claim {
  /** Equal for what clashes. */
  readonly thing: string;
  /** The user's name of the image. */
  readonly image: string;
  readonly path: string;
  /** What two images do that claim it. */
  readonly what: string;
  readonly fix: string;
}

/**
 * Images that would end in each other's place: the same source image twice in one account and Region, where an image's
 * name is free only once, and two images under one published parameter. Whether different source images have the same
 * name is known only once AWS has been asked. Source: EC2 API reference, CopyImage ("Name").
 */
export function checkClashes(images: RawImages): Problem[] {
  const problems: Problem[] = [];
  const claimed = new Map<string, Claim>();
  for (const claim of Object.entries(images).flatMap(([name, image]) => claimsOf(name, image))) {
    const other = claimed.get(claim.thing);
    if (other === undefined) claimed.set(claim.thing, claim);
    else if (other.image !== claim.image) {
      const both = `images.${other.image} and images.${claim.image} both ${claim.what}`;
      problems.push({ path: claim.path, what: `${both}, as ${other.path} says already`, fix: claim.fix });
    }
  }
  return problems;
}

function claimsOf(name: string, image: RawImage | undefined): readonly Claim[] {
  const source = sourceOf(image);
  const parameter = image?.publishTo;
  return rawDestinations(image, `images.${name}`).flatMap(({ path, account, region }): readonly Claim[] => {
    const place = `${account} in ${region}`;
    return [
      ...(source === undefined
        ? []
        : [
            {
              thing: `${place}: ${source}`,
              image: name,
              path,
              what: `carry ${source} into ${place}, where its name can be given only once`,
              fix: "let one of them carry it there",
            },
          ]),
      ...(typeof parameter !== "string"
        ? []
        : [
            {
              thing: `${place}: ${parameter}`,
              image: name,
              path,
              what: `publish to ${parameter} for ${place}`,
              fix: "give one of them another publishTo, or let only one of them go there",
            },
          ]),
    ];
  });
}

/** The source image in words; two images that say the same always carry the same. */
function sourceOf(image: RawImage | undefined): string | undefined {
  const from = image?.from;
  if (!isRecord(from)) return undefined;
  const { account, region, newest, imageId } = from as NonNullable<RawImage["from"]>;
  if (typeof account !== "string" || typeof region !== "string") return undefined;
  if (typeof imageId === "string") return `${imageId} of ${account} in ${region}`;
  return typeof newest?.name === "string"
    ? `the newest "${newest.name}" of ${account} in ${region}`
    : undefined;
}
