import { isKeyNamed } from "../policy/key-name";
import type { CopySource, SourceSnapshot } from "./graph";
import { leavesAccount, type CopyJob } from "./jobs";
import type { Rule } from "./model";
import type { SharedTransfer } from "./shared-transfers";

/** Why no transit copy is needed where none is. */
export function whyStraight(jobs: readonly CopyJob[], direct: readonly CopyJob[]): string | undefined {
  if (!jobs.some(leavesAccount)) return "no copy leaves the account, so nothing is shared";
  if (direct.length === 0) return undefined;
  return "every snapshot is unencrypted or under the transit key, so the source is shared as it is";
}

/** Why nothing is shared with those that an image reaches through S3; undefined where there are none. */
export function whyStored(jobs: readonly CopyJob[]): string | undefined {
  if (jobs.length === 0) return undefined;
  const places = jobs.map(({ to }) => `${to.account.name} in ${to.region}`);
  return `${places.join(", ")} by the route store-restore: as an object through S3, so that no account uses a key of another`;
}

/** How an image gets to those that register it themselves; undefined where there are none. */
export function whyRegistered(jobs: readonly CopyJob[]): string | undefined {
  if (jobs.length === 0) return undefined;
  const places = jobs.map(({ to }) => `${to.account.name} in ${to.region}`);
  return `${places.join(", ")} by the route register-image: snapshot by snapshot, and registered there`;
}

/** Why one transfer carries the image into a Region for several accounts, or why each copies it itself. */
export function whyShared({ place, jobs }: SharedTransfer, isShared: boolean, needsTransit: boolean): string {
  const saved = jobs.length - 1;
  const saves = `${saved} transfer${saved === 1 ? "" : "s"} between Regions`;
  if (!isShared) {
    return `${jobs.length} accounts want it in ${place.region}, and each copies it across Regions itself: one transfer for both would save ${saves} and make both wait for a second copy`;
  }
  const cost = needsTransit
    ? "and costs no time, as a transit copy is needed anyway"
    : "for one more copy in a row";
  return `${jobs.length} accounts want it in ${place.region}: one transfer carries it there for all of them, which saves ${saves} ${cost}`;
}

/** Why no transfer into a Region may be shared at all. */
export function whyUnshared(rule: Rule, region: string, count: number): string {
  const why =
    rule.sharedTransfers === "never"
      ? 'as sharedTransfers is "never"'
      : `because accounts have to enable that Region: where ${rule.from.account.name} has, sharedTransfers "always" lets one transfer serve them all`;
  return `${count} accounts want it in ${region}, and each copies it across Regions itself, ${why}`;
}

/** Why the source image cannot be shared as it is; undefined when it can. */
export function whyTransit(source: CopySource, transitAlias: string): string | undefined {
  const [unshareable] = source.snapshots.filter((snapshot) => snapshot.unshareable !== undefined);
  if (unshareable !== undefined) {
    return `${snapshotWords(unshareable)} ${unshareable.unshareable}: it travels as a transit copy under ${transitAlias}`;
  }
  const encrypted = source.snapshots.filter((snapshot) => snapshot.key !== undefined);
  const managed = encrypted.find((snapshot) => snapshot.key?.manager === "AWS");
  if (managed !== undefined) {
    return `${snapshotWords(managed)} is under an AWS managed key, which cannot be shared: it travels as a transit copy under ${transitAlias}`;
  }
  const foreign = encrypted.find(({ key }) => key !== undefined && !isKeyNamed(key, transitAlias));
  if (foreign === undefined) return undefined;
  return `${snapshotWords(foreign)} is under a key that the destinations may not use: it travels as a transit copy under ${transitAlias}`;
}

/** Why those who launch from another account's image get a copy of it to launch from; undefined for any other copy. */
export function whyCopiedToShare(
  { rule, to }: CopyJob,
  source: CopySource,
  alias: string,
): string | undefined {
  if (to.shares === undefined) return undefined;
  const names = [...new Set(to.shares.map(({ account }) => account.name))];
  const who = `${names.join(", ")} ${names.length === 1 ? "launches" : "launch"}`;
  if (to.region !== rule.from.region)
    return `${who} in ${to.region} from a copy that ${to.account.name} makes there under ${alias}, because an image is shared within its Region alone`;
  const encrypted = source.snapshots.find(({ key }) => key !== undefined && !isKeyNamed(key, alias));
  const what = encrypted === undefined ? "the image" : snapshotWords(encrypted);
  const why =
    encrypted?.key?.manager === "AWS"
      ? "an AWS managed key, which cannot be shared"
      : "a key that is not shared";
  return `${who} from a copy that ${to.account.name} makes under ${alias}, because ${what} is under ${why}`;
}

/** `snap-1 (/dev/sda1)`, or the id alone where it belongs to no image. */
export function snapshotWords({ snapshotId, deviceName }: SourceSnapshot): string {
  return deviceName === undefined ? snapshotId : `${snapshotId} (${deviceName})`;
}
