import { AWS_TEXTS } from "@keyferry/common";
import { snapshotIdsOf } from "../catalogue";
import type { Ec2State } from "../state";

/** Updates a pending image once its snapshots have ended; an image that was deregistered in the meantime is ignored. */
export function settleImage(state: Ec2State, imageId: string): void {
  const image = state.images[imageId];
  if (image?.state !== "pending") return;
  const snapshots = snapshotIdsOf(image).map((id) => state.snapshots[id]);
  if (snapshots.some((snapshot) => snapshot === undefined || snapshot.state === "error")) {
    image.state = "failed";
    image.stateReason = {
      code: "Client.InternalError",
      message: `Copy image failed with an internal error. ${AWS_TEXTS.keyNotAccessible}`,
    };
  } else if (snapshots.every((snapshot) => snapshot?.state === "completed")) {
    image.state = "available";
  }
}
