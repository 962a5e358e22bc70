import { AwsError } from "../../../contract";
import { ownSnapshot } from "../catalogue";
import { checkId } from "../errors";
import { requiredText } from "../input";
import { DONE, ec2Operation } from "../operation";
import { drop } from "../shelf";
import type { Ec2State } from "../state";
import { forgetTags } from "../tags/tags";
import { isLocked } from "./lock";
import { imagesUsing } from "./usage";
import { namedSnapshot } from "./named";

/** DeleteSnapshot; refused while a registered image uses the snapshot. */
export function deleteSnapshot(state: Ec2State) {
  return ec2Operation({
    parameters: ["SnapshotId"],
    checks: namedSnapshot(state),
    run: (call, cloud) => {
      const id = requiredText(call.input, "SnapshotId");
      checkId("snapshot", id);
      const snapshot = ownSnapshot(state, id, call.caller.account, call.region);
      const [image] = imagesUsing(state, snapshot);
      if (image !== undefined) {
        throw new AwsError(
          "InvalidSnapshot.InUse",
          `The snapshot ${id} is currently in use by ${image.imageId}`,
        );
      }
      if (isLocked(snapshot, cloud.clock.now().getTime())) {
        throw new AwsError("OperationNotPermitted", `The snapshot ${id} is locked and cannot be deleted.`);
      }
      drop(state.snapshots, id);
      forgetTags(state, id);
      return DONE;
    },
  });
}
