import type { KeyUseKind } from "../aws";
import type { FoundUsers, KeyChange, KeyList, KeyStatus, UnusedProof } from "../engine/results";
import { plural } from "./plural";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { hanging } from "./wrap";

/** One and many of each kind that a look at a key counts. */
const NOUNS: Partial<Record<KeyUseKind, readonly [one: string, many: string]>> = {
  volumes: ["volume", "volumes"],
  snapshots: ["snapshot", "snapshots"],
  images: ["image", "images"],
  launches: ["launch template or configuration", "launch templates or configurations"],
  grants: ["grant", "grants"],
};

/**
 * The keys of the foundation, and what exists under them.
 * @param columns characters in a line. @default - as many as it takes
 */
export function keysText({ keys }: KeyList, columns?: number): string {
  if (keys.length === 0) return "no key is known: the topology declares none, and the lock file has none";
  const rows = keys.map((key) => [
    key.name,
    key.state,
    key.found?.arn.split("/").at(-1) ?? "-",
    kmsState(key),
    underText(key),
  ]);
  return [
    table([["KEY", "STATE", "KEY ID", "IN KMS", "WHAT EXISTS UNDER IT"], ...rows], columns),
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
  if (found === undefined && awaitsPrimary === true) return "awaits its primary key's material";
  if (found === undefined) return unseen.length > 0 ? "unknown" : state === "deleted" ? "gone" : "MISSING";
  return found.deletionDate === undefined ? found.state : `${found.state}, ends ${found.deletionDate}`;
}

function troublesOf({ found, unseen }: KeyStatus): readonly string[] {
  return [
    ...unseen.map((reason) => `could not be read: ${reason}`),
    ...(found !== undefined && !found.isGuarded
      ? [
          "its policy does not keep anybody from scheduling its deletion; the next deploy of 'foundation-*' does",
        ]
      : []),
  ];
}

/** What a command has done, or why it has not. */
export function keyChangeText({ done, notes, refusals }: KeyChange, columns?: number): string {
  return [
    ...done.map((text) => hanging(text, columns)),
    ...(done.length === 0 && refusals.length === 0 ? ["nothing to do: everything is so already"] : []),
    ...notes.map((text) => hanging(text, columns)),
    ...(refusals.length > 0 ? [refusalsText(refusals, columns)] : []),
  ].join("\n");
}

/** What was looked at before a deletion, and when the key was used last. */
export function unusedText({ evidence, skipped, lastUse }: UnusedProof): readonly string[] {
  return [
    `nothing uses it among: ${[...new Set(evidence.map(({ kind }) => kind))].join(", ")}`,
    ...(skipped.length > 0 ? [`NOT checked, as you asked: ${skipped.join(", ")}`] : []),
    lastUse === undefined
      ? "KMS did not tell when it was used last"
      : lastUse.last === undefined
        ? `KMS knows no use of it since ${lastUse.trackedSince}, when it began to record`
        : `used last at ${lastUse.last.at} (${lastUse.last.operation}); recorded since ${lastUse.trackedSince}`,
  ];
}
