import { isKeyNamed } from "../policy/key-name";
import type { CopySource, SourceSnapshot } from "./graph";
import { leavesAccount, type CopyJob } from "./jobs";
import type { Rule } from "./model";
import type { SharedTransfer } from "./shared-transfers";

/** Why no transit copy is needed; undefined if one is. */
export function whyStraight(jobs: readonly CopyJob[], direct: readonly CopyJob[]): string | undefined {
  if (!jobs.some(leavesAccount)) return "no copy leaves the account, so nothing is shared";
  if (direct.length === 0) return undefined;
  return "every snapshot is unencrypted or under the transit key, so the source itself is shared";
}

/** Why nothing is shared with the destinations of the route store-restore; undefined if there are none. */
export function whyStored(jobs: readonly CopyJob[]): string | undefined {
  if (jobs.length === 0) return undefined;
  const places = jobs.map(({ to }) => `${to.account.name} in ${to.region}`);
  return `${places.join(", ")} by the route store-restore: the image is copied as an object through S3, so no account uses a key of another account`;
}

/** How an image reaches the destinations of the route register-image; undefined if there are none. */
export function whyRegistered(jobs: readonly CopyJob[]): string | undefined {
  if (jobs.length === 0) return undefined;
  const places = jobs.map(({ to }) => `${to.account.name} in ${to.region}`);
  return `${places.join(", ")} by the route register-image: each snapshot is copied, and the image is registered there`;
}

/** Why one transfer into a Region serves several accounts, or why each account copies the image itself. */
export function whyShared({ place, jobs }: SharedTransfer, isShared: boolean, needsTransit: boolean): string {
  const saved = jobs.length - 1;
  const saves = `${saved} transfer${saved === 1 ? "" : "s"} between Regions`;
  if (!isShared) {
    return `${jobs.length} accounts want it in ${place.region}, and each copies it across Regions itself: one shared transfer would save ${saves}, but both would have to wait for a second copy`;
  }
  const cost = needsTransit
    ? "and takes no extra time, because a transit copy is needed anyway"
    : "and needs one more copy in sequence";
  return `${jobs.length} accounts want it in ${place.region}: one transfer serves all of them, which saves ${saves} ${cost}`;
}

/** Why no transfer into a Region may be shared. */
export function whyUnshared(rule: Rule, region: string, count: number): string {
  const why =
    rule.sharedTransfers === "never"
      ? 'because sharedTransfers is "never"'
      : `because it is an opt-in Region: if ${rule.from.account.name} has enabled it, sharedTransfers "always" lets one transfer serve all of them`;
  return `${count} accounts want it in ${region}, and each copies it across Regions itself, ${why}`;
}

/** Why the source image itself cannot be shared; undefined if it can. */
export function whyTransit(source: CopySource, transitAlias: string): string | undefined {
  const [unshareable] = source.snapshots.filter((snapshot) => snapshot.unshareable !== undefined);
  if (unshareable !== undefined) {
    return `${snapshotWords(unshareable)} ${unshareable.unshareable}: it is copied through a transit copy under ${transitAlias}`;
  }
  const encrypted = source.snapshots.filter((snapshot) => snapshot.key !== undefined);
  const managed = encrypted.find((snapshot) => snapshot.key?.manager === "AWS");
  if (managed !== undefined) {
    return `${snapshotWords(managed)} is under an AWS managed key, which cannot be shared: it is copied through a transit copy under ${transitAlias}`;
  }
  const foreign = encrypted.find(({ key }) => key !== undefined && !isKeyNamed(key, transitAlias));
  if (foreign === undefined) return undefined;
  return `${snapshotWords(foreign)} is under a key that the destinations may not use: it is copied through a transit copy under ${transitAlias}`;
}

/** Why accounts that launch from another account's image launch from a copy; undefined for any other copy. */
export function whyCopiedToShare(
  { rule, to }: CopyJob,
  source: CopySource,
  alias: string,
): string | undefined {
  if (to.shares === undefined) return undefined;
  const names = [...new Set(to.shares.map(({ account }) => account.name))];
  const who = `${names.join(", ")} ${names.length === 1 ? "launches" : "launch"}`;
  if (to.region !== rule.from.region)
    return `${who} in ${to.region} from a copy that ${to.account.name} makes there under ${alias}, because an image can be shared only within its Region`;
  const encrypted = source.snapshots.find(({ key }) => key !== undefined && !isKeyNamed(key, alias));
  const what = encrypted === undefined ? "the image" : snapshotWords(encrypted);
  const why =
    encrypted?.key?.manager === "AWS"
      ? "an AWS managed key, which cannot be shared"
      : "a key that is not shared";
  return `${who} from a copy that ${to.account.name} makes under ${alias}, because ${what} is under ${why}`;
}

/** `snap-1 (/dev/sda1)`, or only the id if the snapshot belongs to no image. */
export function snapshotWords({ snapshotId, deviceName }: SourceSnapshot): string {
  return deviceName === undefined ? snapshotId : `${snapshotId} (${deviceName})`;
}
