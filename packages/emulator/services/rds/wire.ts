import type { JsonObject } from "../../contract";
import { FAMILIES, type SnapshotFamily } from "./family";
import type { DbSnapshot, SnapshotOf } from "./state";

/** A list of tags; its entries are elements of that name. */
export function tagList(tags: Readonly<Record<string, string>>): JsonObject {
  return { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

/** A snapshot as described to its owner, and to accounts that it is shared with: those see no tags. */
export function snapshotAnswer(snapshot: DbSnapshot, account: string): JsonObject {
  const family = familyOf(snapshot.of);
  const { noun, source } = family;
  const isOwn = snapshot.owner === account;
  return {
    // Other accounts name it by its ARN.
    [`${noun}Identifier`]: isOwn ? snapshot.id : snapshot.arn,
    [`${noun}Arn`]: snapshot.arn,
    [family.databaseId]: snapshot.database,
    [family.resourceId]: snapshot.resourceId,
    ...snapshot.facts,
    SnapshotCreateTime: snapshot.createdAt,
    AllocatedStorage: snapshot.allocatedStorage,
    Status: snapshot.status,
    PercentProgress: Math.floor(snapshot.progress),
    SnapshotType: isOwn ? snapshot.type : snapshot.sharedWith.includes("all") ? "public" : "shared",
    [family.encrypted]: snapshot.keyArn !== undefined,
    KmsKeyId: snapshot.keyArn,
    [source]: snapshot.copiedFrom,
    ...(snapshot.of === "instance"
      ? ofInstance(snapshot)
      : { StorageEncryptionType: encryptionType(snapshot) }),
    TagList: tagList(isOwn ? snapshot.tags : {}),
  };
}

function ofInstance(snapshot: DbSnapshot): JsonObject {
  const [, , , sourceRegion] = snapshot.copiedFrom?.split(":") ?? [];
  return {
    OptionGroupName: snapshot.optionGroup,
    SourceRegion: sourceRegion === snapshot.region ? undefined : sourceRegion,
    OriginalSnapshotCreateTime: snapshot.originalCreatedAt,
    SnapshotTarget: "region",
  };
}

/** Aurora encrypts everything that has no key with one that AWS owns. Source: RDS API reference, "DBClusterSnapshot". */
export function encryptionType({ keyArn, facts }: Pick<DbSnapshot, "keyArn" | "facts">): string {
  if (keyArn !== undefined) return "sse-kms";
  return String(facts["Engine"]).startsWith("aurora") ? "sse-rds" : "none";
}

function familyOf(of: SnapshotOf): SnapshotFamily {
  const found = FAMILIES.find((family) => family.of === of);
  if (found === undefined) throw new TypeError(`there are no snapshots of ${of}`);
  return found;
}
