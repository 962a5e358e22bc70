import type { Account, Place } from "../model";
import type { BucketDestination, BucketRule, TopologyBucket } from "./model";
import { bucketKeyAlias, defaultBucketName, replicationRoleName, replicationRuleId } from "./names";
import type { BucketInput } from "./schema";

/** The bucket rules of a topology, with their defaults filled in. */
export function resolveBuckets(
  topology: string,
  rules: Readonly<Record<string, BucketInput>>,
  accountOf: (name: string) => Account,
): readonly BucketRule[] {
  const bucketAt = (
    place: Place,
    { bucket, existing = false, key = bucketKeyAlias(topology) }: Described,
  ): TopologyBucket => ({ ...place, bucket, existing, key: keyIn(place, key) });
  return Object.entries(rules).map(([name, rule]): BucketRule => {
    const { from, to, filter = {}, tags = {} } = rule;
    const source = { account: accountOf(from.account), region: from.region };
    return {
      name,
      from: {
        ...bucketAt(source, from),
        otherKeys: (from.otherKeys ?? []).map((alias) => keyIn(source, alias)),
        ...(from.reports === undefined ? {} : { reports: from.reports }),
        ...(from.replicationEvents === undefined ? {} : { replicationEvents: from.replicationEvents }),
      },
      to: to.flatMap(({ account, regions, ...options }) =>
        regions.map((region): BucketDestination => {
          const bucket = options.bucket ?? defaultBucketName(from.bucket, accountOf(account).id, region);
          return {
            ...bucketAt({ account: accountOf(account), region }, { ...options, bucket }),
            ruleId: replicationRuleId(name, bucket),
            ...(options.storageClass === undefined ? {} : { storageClass: options.storageClass }),
            replicationTime: options.replicationTime ?? false,
          };
        }),
      ),
      role: replicationRoleName(topology, from.bucket),
      filter: { prefix: filter.prefix ?? "", tags: filter.tags ?? {} },
      deleteMarkers: rule.deleteMarkers ?? false,
      replicaModifications: rule.replicaModifications ?? false,
      objectLock: rule.objectLock ?? false,
      existingObjects: rule.existingObjects ?? "replicate",
      tags,
    };
  });
}

interface Described {
  readonly bucket: string;
  readonly existing?: boolean | undefined;
  readonly key?: string | undefined;
}

function keyIn({ account, region }: Place, alias: string): BucketRule["from"]["key"] {
  return { account: account.id, region, alias };
}
