import type { Place } from "../../topology";
import { isAwsError, type AwsAccess, type QuotaView } from "../aws";
import { concurrently } from "./concurrently";
import type { ReadContext } from "./context";
import { placeId, type PlaceKey } from "./place-id";
import type { Settings } from "./settings";

/** The quota of copies in progress, as Service Quotas names it. Source: EBS user guide, "Quotas for Amazon EBS". */
export const COPY_QUOTA = {
  service: "ebs",
  name: "Concurrent snapshot copies per destination Region",
} as const;

/**
 * Where a quota comes from: the user; Service Quotas, for the account or as AWS's default for the Region; or AWS's documentation, if
 * Service Quotas does not have it.
 */
export type QuotaSource = "user" | "account" | "region" | "documents";

/** How many copies an account and Region may have in progress at once. */
export interface CopyQuota {
  readonly copiesAtOnce: number;
  readonly from: QuotaSource;
  /** Why Service Quotas does not have it, in a few words; only if `from` is `documents`. */
  readonly because?: string;
}

export type CopyQuotaSettings = Pick<
  Settings,
  "maxCopiesPerPlace" | "documentedCopiesPerPlace" | "documentedImageCopiesPerPlace"
>;

/** The quota of an account and Region in Service Quotas. @throws AwsCallError */
export function readCopyQuota(aws: AwsAccess, place: Place): Promise<QuotaView | undefined> {
  return aws.quotas(place).serviceQuota(COPY_QUOTA.service, COPY_QUOTA.name);
}

/**
 * The quota to use. AWS does not document whether the snapshots of an image copy count as snapshot copies, so an image copy counts
 * as one here; and no more image copies are started than AWS accepts.
 * @param listed the quota in Service Quotas; undefined if it does not list the quota
 */
export function reckonedQuota(listed: QuotaView | undefined, settings: CopyQuotaSettings): CopyQuota {
  if (listed === undefined) return documented(settings, "Service Quotas does not list it");
  const { documentedImageCopiesPerPlace } = settings;
  return {
    copiesAtOnce: Math.min(listed.value, documentedImageCopiesPerPlace),
    from: listed.kind === "applied" ? "account" : "region",
  };
}

/** The quotas of places, each requested once. An error for one place does not affect the others. */
export async function copyQuotas(
  { aws }: Pick<ReadContext, "aws">,
  places: readonly Place[],
  settings: CopyQuotaSettings,
): Promise<CopyQuotas> {
  const { maxCopiesPerPlace } = settings;
  if (maxCopiesPerPlace !== undefined) {
    return new CopyQuotas(new Map(), { copiesAtOnce: maxCopiesPerPlace, from: "user" });
  }
  const different = [...new Map(places.map((place) => [placeId(place), place])).values()];
  const found = await concurrently(different, async (place): Promise<[string, CopyQuota]> => {
    try {
      return [placeId(place), reckonedQuota(await readCopyQuota(aws, place), settings)];
    } catch (error) {
      if (!isAwsError(error)) throw error;
      return [placeId(place), documented(settings, `Service Quotas returned an error: ${error.answer.code}`)];
    }
  });
  return new CopyQuotas(new Map(found), documented(settings, "Service Quotas was not called"));
}

/** The quotas of copies in progress, by place. */
export class CopyQuotas {
  constructor(
    private readonly places: ReadonlyMap<string, CopyQuota>,
    private readonly otherwise: CopyQuota,
  ) {}

  of(place: PlaceKey): CopyQuota {
    return this.places.get(placeId(place)) ?? this.otherwise;
  }
}

function documented({ documentedCopiesPerPlace }: CopyQuotaSettings, because: string): CopyQuota {
  return { copiesAtOnce: documentedCopiesPerPlace, from: "documents", because };
}
