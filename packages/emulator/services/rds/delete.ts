import type { Operation } from "../../contract";
import { understanding } from "../../known-parameters";
import { drop } from "../ec2/shelf";
import { idMember, wrongState, type SnapshotFamily } from "./family";
import { ownSnapshot, snapshotCheck } from "./find";
import { required } from "./input";
import type { RdsState } from "./state";
import { snapshotAnswer } from "./wire";

/** DeleteDBSnapshot, DeleteDBClusterSnapshot. Source: RDS API reference. */
export function deleteSnapshot(state: RdsState, family: SnapshotFamily): Operation {
  const id = idMember(family);
  return understanding([id], {
    checks: (call) => [snapshotCheck(state, call, family, required(call.input, id))],
    run: (call) => {
      const snapshot = ownSnapshot(state, call, family, required(call.input, id));
      if (snapshot.type === "automated") {
        throw wrongState(
          family,
          `${snapshot.id} is an automated snapshot; RDS deletes it with its retention period.`,
        );
      }
      // Source: RDS API reference, DeleteDBSnapshot: "The DB snapshot must be in the available or failed state".
      if (snapshot.status !== "available" && snapshot.status !== "failed") {
        throw wrongState(family, `${snapshot.id} is not in the available state; it is ${snapshot.status}.`);
      }
      drop(state.snapshots, snapshot.arn);
      return { [family.noun]: snapshotAnswer(snapshot, call.caller.account) };
    },
  });
}
