import { parseArn, sha256 } from "@keyferry/common";
import type { DbSnapshotView, SharedThing } from "../../../scripts/aws";
import type { Proof } from "../../../scripts/engine/copy";
import { LINEAGE_TAGS } from "../../../topology";
import { copyPrefix } from "../declare/identifier";
import { DB_SNAPSHOT_LINEAGE, RUN_TAG } from "../declare/lineage";

/**
 * Tags are a claim: whoever copies one of our copies with its tags carries ours along. The identifier of a copy is given when it
 * is made and is unique in its account and Region; ours follows from what the tags say, so that a copy of ours, which must have another
 * identifier or another place, does not prove itself. RDS's own record of what a copy was made from is compared where it is shown.
 * Source: RDS API reference, CopyDBSnapshot, and DBSnapshot (SourceDBSnapshotIdentifier).
 */

type Tags = Readonly<Record<string, string>>;

/** Hexadecimal digits of the hash; with the longest name of a topology an identifier has 50 of 63 characters. */
const HASH_LENGTH = 16;

/** The tags that an identifier follows from. */
const HASHED = [
  LINEAGE_TAGS.topology,
  LINEAGE_TAGS.node,
  DB_SNAPSHOT_LINEAGE.source,
  DB_SNAPSHOT_LINEAGE.parent,
  LINEAGE_TAGS.attempt,
  RUN_TAG,
];

/** The identifier of the copy with these lineage tags: the same attempt has the same, from any machine. */
export function copyIdentifier(tags: Tags): string {
  const hash = sha256(JSON.stringify(HASHED.map((key) => tags[key] ?? "")));
  return `${copyPrefix(tags[LINEAGE_TAGS.topology] ?? "")}${hash.slice(0, HASH_LENGTH)}`;
}

/** Whether a run has made a snapshot that carries our tags. */
export function proofOf({ arn, id, copiedFrom, tags }: DbSnapshotView): Proof {
  const { region } = parseArn(arn) ?? {};
  const isHere = region !== undefined && tags[LINEAGE_TAGS.node]?.endsWith(`/${region}`) === true;
  const isFromParent = copiedFrom === undefined || copiedFrom === tags[DB_SNAPSHOT_LINEAGE.parent];
  return isHere && isFromParent && id === copyIdentifier(tags) ? "ours" : "others";
}

export function isOursShared(thing: SharedThing): boolean {
  return thing.kind === "db-snapshot" && proofOf(thing.view) === "ours";
}

/** Why something that carries our tags is not ours, for people. */
export function whyNotOurs({ id, tags }: DbSnapshotView): string {
  return `it has Keyferry's tags, but a copy with these tags would have the identifier ${copyIdentifier(tags)} instead of ${id}, or another Region or source: no run created it`;
}
