import { parseArn, sha256 } from "@keyferry/common";
import type { DbSnapshotView, SharedThing } from "../../../scripts/aws";
import type { Proof } from "../../../scripts/engine/copy";
import { LINEAGE_TAGS } from "../../../topology";
import { copyPrefix } from "../declare/identifier";
import { DB_SNAPSHOT_LINEAGE, RUN_TAG } from "../declare/lineage";

/**
 * Tags are only a claim: a caller that copies one of our copies with its tags also copies our lineage tags. The identifier of a copy
 * is set at its creation and is unique in its account and Region. Our identifiers are derived from the tags, so a copy of our copy,
 * which must have another identifier or another place, fails this proof. RDS's own record of the source is also compared, if shown.
 * Source: RDS API reference, CopyDBSnapshot, and DBSnapshot (SourceDBSnapshotIdentifier).
 */

type Tags = Readonly<Record<string, string>>;

/** Hexadecimal digits of the hash; with the longest topology name, an identifier has 50 of 63 characters. */
const HASH_LENGTH = 16;

/** The tags from which an identifier is derived. */
const HASHED = [
  LINEAGE_TAGS.topology,
  LINEAGE_TAGS.node,
  DB_SNAPSHOT_LINEAGE.source,
  DB_SNAPSHOT_LINEAGE.parent,
  LINEAGE_TAGS.attempt,
  RUN_TAG,
];

/** The identifier of the copy with these lineage tags: the same attempt has the same identifier on any machine. */
export function copyIdentifier(tags: Tags): string {
  const hash = sha256(JSON.stringify(HASHED.map((key) => tags[key] ?? "")));
  return `${copyPrefix(tags[LINEAGE_TAGS.topology] ?? "")}${hash.slice(0, HASH_LENGTH)}`;
}

/** Whether a run created a snapshot that has our tags. */
export function proofOf({ arn, id, copiedFrom, tags }: DbSnapshotView): Proof {
  const { region } = parseArn(arn) ?? {};
  const isHere = region !== undefined && tags[LINEAGE_TAGS.node]?.endsWith(`/${region}`) === true;
  const isFromParent = copiedFrom === undefined || copiedFrom === tags[DB_SNAPSHOT_LINEAGE.parent];
  return isHere && isFromParent && id === copyIdentifier(tags) ? "ours" : "others";
}

export function isOursShared(thing: SharedThing): boolean {
  return thing.kind === "db-snapshot" && proofOf(thing.view) === "ours";
}

/** Why a resource with our tags is not ours, for people. */
export function whyNotOurs({ id, tags }: DbSnapshotView): string {
  return `it has Keyferry's tags, but a copy with these tags would have the identifier ${copyIdentifier(tags)} instead of ${id}, or another Region or source: no run created it`;
}
