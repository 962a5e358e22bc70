import type { z } from "zod";
import { launchOf, type Launch } from "../../../topology/launch/launch";
import type { DeclaredKind } from "../../declared-kind";
import { AMI_CALLS } from "./calls";
import { checkDestination, checkSource, sourceWords } from "./check";
import { AMI_LINEAGE } from "./lineage";
import { AMI_ROWS } from "./rows";
import { imageSchema, type ImageSelector } from "./schema";

export type { ImageSelector } from "./schema";

type ValidImage = z.output<typeof imageSchema>;

/** What a destination of an image can ask for. */
export interface ImageOptions {
  readonly launch?: Launch;
  /** undefined: the copies are not protected. */
  readonly deregistrationProtection?: "with-cooldown" | "without-cooldown";
}

/** Encrypted AMIs, by CopyImage. */
export const ami = {
  name: "ami",
  noun: { one: "image", many: "images" },
  removal: "deregister",
  parameterType: "aws:ec2:image",
  lineage: AMI_LINEAGE,
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
    { launch, deregistrationProtection }: ValidImage["to"][number],
    region: string,
  ): ImageOptions => ({
    ...(launch === undefined ? {} : { launch: launchOf(launch, region) }),
    ...(deregistrationProtection === undefined ? {} : { deregistrationProtection }),
  }),
  rows: AMI_ROWS,
  calls: AMI_CALLS,
} as const satisfies DeclaredKind;
