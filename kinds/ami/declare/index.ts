import type { LaunchingService } from "@keyferry/common";
import type { z } from "zod";
import { launchOf, type Launch } from "../../../topology/launch/launch";
import type { DeclaredKind } from "../../declared-kind";
import { AMI_CALLS } from "./calls";
import { checkDestination, checkSource, sourceWords } from "./check";
import { AMI_LINEAGE, REGISTERED_TAGS } from "./lineage";
import { AMI_ROWS } from "./rows";
import { imageSchema, type ImageSelector } from "./schema";

export { CHOSEN_ROUTES, type ChosenRoute } from "./routes";
export type { ImageSelector } from "./schema";

type ValidImage = z.output<typeof imageSchema>;

/** Settings of a destination of an image. */
export interface ImageOptions {
  readonly launch?: Launch;
  /**
   * `store-restore`: through an object in S3, so that no key is shared. `register-image`: from separate copies of the snapshots.
   * `auto`: a plan must choose, and has not done so yet.
   * @default - by CopyImage, or shared
   */
  readonly route?: "store-restore" | "register-image" | "auto";
  /** Whether a plan has chosen the route. @default - the topology names it, or none is chosen yet */
  readonly routeIsChosen?: true;
  /** A pattern for the names of the copies. @default - the source's name, or one derived from it */
  readonly copyName?: string;
  /** Only for `register-image`: names of keys for some volumes, by device. @default - all are under the home key */
  readonly volumeKeys?: Readonly<Record<string, string>>;
  /** undefined: the copies are not protected. */
  readonly deregistrationProtection?: "with-cooldown" | "without-cooldown";
  /** Only for a shared image: the principals that launch from it. undefined: it is copied. */
  readonly launchedBy?: Launchers;
  /** Only for a shared image: the account whose key encrypts its volumes. @default "own-key" */
  readonly volumesUnder?: "own-key" | "source-key";
}

/** The principals that launch from an image that another account shares. */
export interface Launchers {
  /** Services that have service-linked roles in the destination's account. */
  readonly services: readonly LaunchingService[];
  /** ARNs of roles of the destination's account. */
  readonly roles: readonly string[];
}

const AUTO_SCALING: readonly LaunchingService[] = ["autoscaling.amazonaws.com"];

/** Encrypted AMIs, by CopyImage. */
export const ami = {
  name: "ami",
  noun: { one: "image", many: "images" },
  keysThrough: "ec2",
  removal: "deregister",
  parameterType: "aws:ec2:image",
  lineage: AMI_LINEAGE,
  deviceTag: REGISTERED_TAGS.device,
  schema: imageSchema,
  checkSource,
  checkDestination,
  sourceWords,
  carriedOnce: "where its name can be given only once",
  selectorOf: ({ imageId, newest }: ValidImage["from"]): ImageSelector =>
    imageId === undefined ? { newest: newest ?? { name: "*" } } : { imageId },
  selectorWords: (select: ImageSelector) =>
    "imageId" in select ? select.imageId : `newest ${select.newest.name}`,
  optionsOf: (
    {
      launch,
      deregistrationProtection,
      route,
      launchedBy,
      volumesUnder,
      volumeKeys,
      copyName,
    }: ValidImage["to"][number],
    region: string,
  ): ImageOptions => ({
    ...(route === "share"
      ? {
          launchedBy: { services: launchedBy?.services ?? AUTO_SCALING, roles: launchedBy?.roles ?? [] },
          ...(volumesUnder === undefined ? {} : { volumesUnder }),
        }
      : {}),
    ...(route === undefined || route === "copy-image" || route === "share" ? {} : { route }),
    ...(copyName === undefined ? {} : { copyName }),
    ...(volumeKeys === undefined ? {} : { volumeKeys }),
    ...(launch === undefined ? {} : { launch: launchOf(launch, region) }),
    ...(deregistrationProtection === undefined ? {} : { deregistrationProtection }),
  }),
  rows: AMI_ROWS,
  calls: AMI_CALLS,
} as const satisfies DeclaredKind;
