/** What CopyImage refuses at once, before anything is copied. Texts as AWS gives them. */
import { AWS_TEXTS } from "../../../../core/aws-texts";
import { isRegion } from "../../../../core/regions";
import type { Call } from "../../../contract";
import { AwsError } from "../../../contract";
import { anySnapshot, maySeeSnapshot, snapshotIdsOf, visibleImage } from "../catalogue";
import { checkId, notFound } from "../errors";
import { flag, requiredText, text } from "../input";
import type { Ec2State, Image, Snapshot } from "../state";

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
 *   when a snapshot is not shared with the caller, or when an unencrypted copy of an encrypted snapshot is asked for
 */
export function copySource(state: Ec2State, call: Call): CopySource {
  const imageId = requiredText(call.input, "SourceImageId");
  const region = sourceRegionOf(call);
  checkId("image", imageId);
  const image = visibleImage(state, imageId, call.caller.account, region);
  if (image === undefined) throw notFound("image", imageId);
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${imageId}' is not available`);
  }
  const snapshots = snapshotIdsOf(image).map((id) => readable(state, id, call.caller.account, region));
  refuseDecryption(call, snapshots);
  return { image, snapshots };
}

function readable(state: Ec2State, snapshotId: string, account: string, region: string): Snapshot {
  const snapshot = anySnapshot(state, snapshotId, region);
  if (snapshot === undefined || !maySeeSnapshot(snapshot, account)) {
    throw new AwsError("InvalidRequest", AWS_TEXTS.noStorageAccess);
  }
  return snapshot;
}

function refuseDecryption(call: Call, snapshots: readonly Snapshot[]): void {
  const encrypted = flag(call.input, "Encrypted");
  if (encrypted !== true && text(call.input, "KmsKeyId") !== undefined) {
    throw new AwsError(
      "InvalidParameterDependency",
      "The parameter KmsKeyId requires the parameter Encrypted to be set.",
    );
  }
  const source = snapshots.find((snapshot) => snapshot.keyArn !== undefined);
  if (encrypted === false && source !== undefined) {
    throw new AwsError(
      "InvalidRequest",
      `Snapshot ${source.snapshotId} is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.`,
    );
  }
}
