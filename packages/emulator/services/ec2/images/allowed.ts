/** Allowed AMIs. Source: EC2 user guide, "Control the discovery and use of AMIs in Amazon EC2 with Allowed AMIs". */
import { sharingSettings } from "../catalogue";
import { wildcard } from "../filters";
import type { Ec2State, Image, ImageCriterion } from "../state";

const DAY_MS = 86_400_000;

/**
 * Whether an account's settings allow an image; its own are always allowed.
 * @param now milliseconds, for criteria about the image's age
 */
export function isAllowed(state: Ec2State, image: Image, account: string, now: number): boolean {
  const { allowedImages, criteria } = sharingSettings(state, account, image.region);
  if (allowedImages === "disabled" || image.owner === account) return true;
  return criteria.some((criterion) => meets(image, criterion, now));
}

/** Whether the settings hide the image: audit mode only marks it. */
export function isHidden(state: Ec2State, image: Image, account: string, now: number): boolean {
  return (
    sharingSettings(state, account, image.region).allowedImages === "enabled" &&
    !isAllowed(state, image, account, now)
  );
}

/** Every part of a criterion must match. */
function meets(image: Image, criterion: ImageCriterion, now: number): boolean {
  const { providers, productCodes, names } = criterion;
  const provider = [image.owner, image.ownerAlias];
  const codes = (image.traits.productCodes ?? []).map(({ code }) => code);
  return (
    (providers.length === 0 || providers.some((one) => provider.includes(one))) &&
    (productCodes.length === 0 || productCodes.some((code) => codes.includes(code))) &&
    (names.length === 0 || names.some((name) => wildcard(name).test(image.name))) &&
    isYounger(image.deprecationTime, criterion.maximumDaysSinceDeprecated, now) &&
    isYounger(image.creationDate, criterion.maximumDaysSinceCreated, now)
  );
}

function isYounger(since: string | undefined, days: number | undefined, now: number): boolean {
  return days === undefined || since === undefined || now - Date.parse(since) <= days * DAY_MS;
}
