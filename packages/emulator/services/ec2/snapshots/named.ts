import type { AccessCheck, Call } from "../../../contract";
import { snapshotCheck } from "../access";
import { visibleSnapshot } from "../catalogue";
import { requiredText } from "../input";
import type { Ec2State } from "../state";
import { tagsOf } from "../tags/tags";

/** The only check of an operation on the snapshot that its `SnapshotId` names. */
export function namedSnapshot(state: Ec2State): (call: Call) => readonly AccessCheck[] {
  return (call) => {
    const id = requiredText(call.input, "SnapshotId");
    const { account } = call.caller;
    const snapshot = visibleSnapshot(state, id, account, call.region);
    return [snapshotCheck(call, id, snapshot, tagsOf(state, account, id))];
  };
}
