/**
 * How long background work takes, in seconds of the cloud's clock. AWS guarantees no speed; these are round numbers in
 * the range of observed copies of some gigabytes.
 */
export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;

/** Before a copy starts to move data, its keys are checked. */
export const COPY_START_SECONDS = 5;
const COPY_BASE_SECONDS = 25;
const COPY_BYTES_PER_SECOND = 100 * MIB;
const CROSS_REGION_BYTES_PER_SECOND = 50 * MIB;
const SNAPSHOT_BASE_SECONDS = 15;
const SNAPSHOT_BYTES_PER_SECOND = 200 * MIB;

/** Launch: EC2 first gets the volumes' data keys, then boots. */
export const LAUNCH_KEY_SECONDS = 3;
export const BOOT_SECONDS = 12;
/** Source: EBS user guide, "Archive Amazon EBS snapshots": up to 72 hours for a restore. */
export const ARCHIVE_SECONDS = 24 * 3600;
export const RESTORE_SECONDS = 48 * 3600;
export const ATTACH_SECONDS = 3;
export const MODIFY_SECONDS = 60;
export const STOP_SECONDS = 15;
export const TERMINATE_SECONDS = 15;
/** How long a terminated instance is still listed. */
export const TERMINATED_LISTED_SECONDS = 3600;

/** A volume that was created empty: nothing is written to it here, so this part of it counts as filled. */
export const BLANK_VOLUME_FILL = 0.1;

/** From the end of the key check to the end of the copy. */
export function copySeconds(dataBytes: number, crossRegion: boolean): number {
  return (
    COPY_BASE_SECONDS + dataBytes / (crossRegion ? CROSS_REGION_BYTES_PER_SECOND : COPY_BYTES_PER_SECOND)
  );
}

export function snapshotSeconds(dataBytes: number): number {
  return SNAPSHOT_BASE_SECONDS + dataBytes / SNAPSHOT_BYTES_PER_SECOND;
}
