import type { KeyUseKind } from "../aws";
import type { FoundUsers, KeyChange, KeyList, KeyStatus, UnusedProof } from "../engine/results";
import { plural } from "./plural";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { hanging } from "./wrap";

/** Singular and plural of each kind of use that is counted. */
const NOUNS: Partial<Record<KeyUseKind, readonly [one: string, many: string]>> = {
  volumes: ["volume", "volumes"],
  snapshots: ["snapshot", "snapshots"],
  images: ["image", "images"],
  launches: ["launch template or configuration", "launch templates or configurations"],
  grants: ["grant", "grants"],
};

/**
 * The keys of the foundation, and what uses them.
 * @param columns characters in a line. @default - unlimited
 */
export function keysText({ keys }: KeyList, columns?: number): string {
  if (keys.length === 0)
    return "there are no keys: the topology declares none, and the lock file contains none";
  const rows = keys.map((key) => [
    key.name,
    key.state,
    key.found?.arn.split("/").at(-1) ?? "-",
    kmsState(key),
    underText(key),
  ]);
  return [
    table([["KEY", "STATE", "KEY ID", "IN KMS", "USED BY"], ...rows], columns),
    ...keys.flatMap((key) => troublesOf(key).map((text) => hanging(`${key.name}: ${text}`, columns))),
  ].join("\n");
}

/** `2 snapshots, 1 image`, in words. */
export function underText({ found, under, unseen }: Pick<KeyStatus, "found" | "under" | "unseen">): string {
  const counted = under.map(countText).join(", ");
  if (counted !== "") return counted;
  return found === undefined || unseen.length > 0 ? "not known" : "nothing";
}

function countText({ kind, users }: FoundUsers): string {
  if (kind === "ebs-default") return "the EBS default key";
  const [one, many] = NOUNS[kind] ?? [kind, kind];
  return plural(users.length, one, many);
}

function kmsState({ found, unseen, state, awaitsPrimary }: KeyStatus): string {
  if (found === undefined && awaitsPrimary === true) return "waits for its primary key's material";
  if (found === undefined) return unseen.length > 0 ? "unknown" : state === "deleted" ? "deleted" : "MISSING";
  return found.deletionDate === undefined ? found.state : `${found.state}, deleted on ${found.deletionDate}`;
}

function troublesOf({ found, unseen }: KeyStatus): readonly string[] {
  return [
    ...unseen.map((reason) => `could not be read: ${reason}`),
    ...(found !== undefined && !found.isGuarded
      ? ["its policy does not yet deny scheduling its deletion; the next deploy of 'foundation-*' adds that"]
      : []),
  ];
}

/** What a command has done, or why it has done nothing. */
export function keyChangeText({ done, notes, refusals }: KeyChange, columns?: number): string {
  return [
    ...done.map((text) => hanging(text, columns)),
    ...(done.length === 0 && refusals.length === 0 ? ["nothing to do: no change is needed"] : []),
    ...notes.map((text) => hanging(text, columns)),
    ...(refusals.length > 0 ? [refusalsText(refusals, columns)] : []),
  ].join("\n");
}

/** What was checked before a deletion, and when the key was last used. */
export function unusedText({ evidence, skipped, lastUse }: UnusedProof): readonly string[] {
  return [
    `not used by any of: ${[...new Set(evidence.map(({ kind }) => kind))].join(", ")}`,
    ...(skipped.length > 0 ? [`NOT checked, as you asked: ${skipped.join(", ")}`] : []),
    lastUse === undefined
      ? "KMS did not report when it was last used"
      : lastUse.last === undefined
        ? `KMS has recorded no use of it since ${lastUse.trackedSince}, when recording began`
        : `last used at ${lastUse.last.at} (${lastUse.last.operation}); recorded since ${lastUse.trackedSince}`,
  ];
}
