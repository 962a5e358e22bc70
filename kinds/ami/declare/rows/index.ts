import type { PermissionRow } from "../../../../policy/row";
import type { RunnerAccess } from "../../../../policy/runner";
import {
  INSPECT_SETTINGS,
  READ_QUOTAS,
  SHARE_SNAPSHOTS,
  WITHDRAW_SNAPSHOTS,
} from "../../../shared/declare/ebs-rows";
import { ownRows } from "../../../shared/declare/own-rows";
import { COPY_ROWS } from "./copies";
import { ALLOWED_IMAGES_ROWS, LOOK_ROWS, USE_ROWS } from "./looks";
import { REGISTERED_ROWS } from "./registered";
import { READ_SHARE_ROWS, SHARE_ROWS } from "./shares";
import { STORED_ROWS } from "./stored";

/** Permissions of the runner role for images, in the order of the deployed policies. */
export const AMI_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  ...ownRows("ami", LOOK_ROWS),
  INSPECT_SETTINGS,
  ...ownRows("ami", ALLOWED_IMAGES_ROWS),
  READ_QUOTAS,
  ...ownRows("ami", [...USE_ROWS, ...COPY_ROWS, ...SHARE_ROWS]),
  SHARE_SNAPSHOTS,
  WITHDRAW_SNAPSHOTS,
  ...ownRows("ami", [...READ_SHARE_ROWS, ...STORED_ROWS, ...REGISTERED_ROWS]),
];
