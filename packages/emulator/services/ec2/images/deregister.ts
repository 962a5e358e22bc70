import type { Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { imageCheck, snapshotCheck } from "../access";
import { ownImage, snapshotIdsOf, visibleImage } from "../catalogue";
import { checkId } from "../errors";
import { flag, requiredText } from "../input";
import { ec2Operation } from "../operation";
import { drop } from "../shelf";
import { rememberDeregistered } from "./deregistered";
import { isLocked } from "../snapshots/lock";
import { imagesUsing } from "../snapshots/usage";
import type { Ec2State, Image } from "../state";
import { forgetTags, tagsOf } from "../tags/tags";

/** DeregisterImage, also of a pending image; its snapshots are kept unless their deletion is requested. */
export function deregisterImage(state: Ec2State) {
  return ec2Operation({
    parameters: ["ImageId", "DeleteAssociatedSnapshots"],
    checks: (call) => {
      const imageId = requiredText(call.input, "ImageId");
      const { account } = call.caller;
      const image = visibleImage(state, imageId, account, call.region);
      const snapshots =
        flag(call.input, "DeleteAssociatedSnapshots") === true ? snapshotIdsOf(image ?? { devices: [] }) : [];
      return [
        imageCheck(call, call.region, imageId, image, tagsOf(state, account, imageId)),
        ...snapshots.map((id) => ({
          ...snapshotCheck(call, id, state.snapshots[id], tagsOf(state, account, id)),
          action: "ec2:DeleteSnapshot",
        })),
      ];
    },
    run: (call, cloud) => run(state, call, cloud),
  });
}

function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const imageId = requiredText(call.input, "ImageId");
  checkId("image", imageId);
  const { account } = call.caller;
  const visible = visibleImage(state, imageId, account, call.region);
  if (visible !== undefined && visible.owner !== account) {
    throw new AwsError("AuthFailure", `Not authorized for image:${imageId}`, 403);
  }
  const image = ownImage(state, imageId, account, call.region);
  if (image.protection !== undefined) {
    throw new AwsError(
      "OperationNotPermitted",
      `The image ${imageId} has deregistration protection and cannot be deregistered.`,
    );
  }
  drop(state.images, imageId);
  forgetTags(state, imageId);
  rememberDeregistered(state, cloud, image);
  const results =
    flag(call.input, "DeleteAssociatedSnapshots") === true
      ? deleteSnapshots(state, image, cloud.clock.now().getTime())
      : [];
  return { return: true, deleteSnapshotResultSet: results };
}

/** Snapshots that another image uses are skipped. */
function deleteSnapshots(state: Ec2State, image: Image, now: number): readonly JsonObject[] {
  return snapshotIdsOf(image).map((snapshotId) => {
    const snapshot = state.snapshots[snapshotId];
    if (snapshot === undefined) return { snapshotId, returnCode: "client-error" };
    if (imagesUsing(state, snapshot).length > 0) return { snapshotId, returnCode: "skipped" };
    if (isLocked(snapshot, now)) return { snapshotId, returnCode: "client-error" };
    drop(state.snapshots, snapshotId);
    forgetTags(state, snapshotId);
    return { snapshotId, returnCode: "success" };
  });
}
