import type { Problem } from "../../../core/errors";
import { isRecord } from "@keyferry/common";
import { checkLaunch } from "../../../topology/launch/check";
import type { RawPart, RulePaths } from "../../declared-kind";
import { checkTagKeys } from "../../shared/declare/check-tag-keys";

const SELECTORS = ["newest", "imageId"];

export function checkSource(from: RawPart, path: string): readonly Problem[] {
  const selectors = SELECTORS.filter((key) => key in from);
  if (selectors.length === 1) return [];
  return [
    {
      path,
      what: selectors.length === 0 ? "it does not name an image" : "it selects the image in two ways",
      allowed: "exactly one of newest: { name } and imageId",
    },
  ];
}

export function checkDestination(image: RawPart, { launch }: RawPart, at: RulePaths): readonly Problem[] {
  return [
    ...(launch !== undefined && image["publishTo"] === undefined
      ? [
          {
            path: `${at.to}.launch`,
            what: "a launch template finds the image through its published parameter, but the image is not published",
            fix: `set ${at.rule}.publishTo`,
          },
        ]
      : []),
    ...checkLaunch(launch, `${at.to}.launch`),
    ...(isRecord(launch) ? checkTagKeys(launch["tags"], `${at.to}.launch.tags`) : []),
  ];
}

/** The source image in words; two rules with the same words always have the same source. */
export function sourceWords({ account, region, newest, imageId }: RawPart): string | undefined {
  if (typeof account !== "string" || typeof region !== "string") return undefined;
  if (typeof imageId === "string") return `${imageId} of ${account} in ${region}`;
  const name = isRecord(newest) ? newest["name"] : undefined;
  return typeof name === "string" ? `the newest "${name}" of ${account} in ${region}` : undefined;
}
