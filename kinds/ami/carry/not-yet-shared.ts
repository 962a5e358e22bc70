import { AWS_TEXTS } from "@keyferry/common";
import { isAwsError } from "../../../scripts/aws";

/** The errors with which EC2 refuses an image that is not shared with the caller, or whose snapshots are not. */
export function isNotYetShared(error: unknown): boolean {
  if (isAwsError(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidSnapshot.NotFound"))
    return true;
  return isAwsError(error, "InvalidRequest") && error.answer.message.includes(AWS_TEXTS.noStorageAccess);
}
