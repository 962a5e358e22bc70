import type { Range } from "../props";

/** Source: KMS API reference, ScheduleKeyDeletion. */
export const DELETION_WINDOW = { min: 7, max: 30, unit: "days" } satisfies Range;
/** Source: KMS API reference, EnableKeyRotation. */
export const ROTATION_PERIOD: Range = { min: 90, max: 2560, unit: "days" };
