/** What CopyImage refuses immediately, before anything is copied. Texts as AWS returns them. */
import { AWS_TEXTS, isRegion } from "@keyferry/common";
import type { Call, Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import { snapshotIdsOf, visibleImage, visibleSnapshot } from "../catalogue";
import { refuseDecryption } from "../encryption/refusals";
import { checkId, incorrectState, notFound } from "../errors";
import { requiredText } from "../input";
import type { Ec2State, Image, Snapshot } from "../state";
import { isHidden } from "./allowed";

export interface CopySource {
  readonly image: Image;
  /** In the order of the image's devices. */
  readonly snapshots: readonly Snapshot[];
}

export function sourceRegionOf(call: Call): string {
  const region = requiredText(call.input, "SourceRegion");
  if (!isRegion(region)) throw new AwsError("InvalidParameterValue", `Invalid source region: ${region}`);
  return region;
}

/**
 * The image and snapshots that a CopyImage call names.
 * @throws InvalidAMIID.NotFound unless it is visible, InvalidAMIID.Unavailable unless it is available, InvalidRequest
 *   when it is another account's from AWS Marketplace, a snapshot is not shared with the caller, or an unencrypted copy
 *   of an encrypted snapshot is requested, IncorrectState when a snapshot is archived
 */
export function copySource(state: Ec2State, call: Call, cloud: Cloud): CopySource {
  const imageId = requiredText(call.input, "SourceImageId");
  const region = sourceRegionOf(call);
  checkId("image", imageId);
  const image = visibleImage(state, imageId, call.caller.account, region);
  if (image === undefined || isHidden(state, image, call.caller.account, cloud.clock.now().getTime())) {
    throw notFound("image", imageId);
  }
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${imageId}' is not available`);
  }
  refuseMarketplace(image, call.caller.account);
  const snapshots = snapshotIdsOf(image).map((id) => readable(state, id, call.caller.account, region));
  refuseDecryption(call, snapshots);
  return { image, snapshots };
}

function readable(state: Ec2State, snapshotId: string, account: string, region: string): Snapshot {
  const snapshot = visibleSnapshot(state, snapshotId, account, region);
  if (snapshot === undefined) throw new AwsError("InvalidRequest", AWS_TEXTS.noStorageAccess);
  if (snapshot.storage?.tier === "archive") {
    throw incorrectState(`Snapshot ${snapshotId} is archived; restore it before you copy it.`);
  }
  return snapshot;
}

/** Source: EC2 user guide, "Copy an Amazon EC2 AMI", limitations. */
function refuseMarketplace(image: Image, account: string): void {
  if (image.owner === account) return;
  if (image.traits.productCodes?.some(({ type }) => type === "marketplace") !== true) return;
  throw new AwsError("InvalidRequest", AWS_TEXTS.marketplaceCopy);
}
