import { AWS_TEXTS } from "../../../../core/aws-texts";
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { snapshotCheck } from "../access";
import { ownSnapshot, visibleSnapshot } from "../catalogue";
import { isUnderAwsManagedKey } from "../encryption/sharing";
import { checkId, incorrectState } from "../errors";
import { requiredText, text } from "../input";
import { DONE, ec2Operation } from "../operation";
import { applyShareChange, isAccountId, readShareChange } from "../sharing";
import type { Ec2State, Snapshot } from "../state";
import { tagsOf } from "../tags/tags";

const ATTRIBUTE = "createVolumePermission";
/** Source: EC2 API reference, "ModifySnapshotAttribute". */
const MAX_CHANGES = 500;

export function snapshotAttributeOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const checks = (call: Call): readonly AccessCheck[] => {
    const id = requiredText(call.input, "SnapshotId");
    const { account } = call.caller;
    const snapshot = visibleSnapshot(state, id, account, call.region);
    return [snapshotCheck(call, id, snapshot, tagsOf(state, account, id))];
  };
  return {
    DescribeSnapshotAttribute: ec2Operation({
      parameters: ["SnapshotId", "Attribute"],
      checks,
      run: (call) => {
        const snapshot = changeable(state, call);
        checkAttribute(requiredText(call.input, "Attribute"));
        return {
          snapshotId: snapshot.snapshotId,
          createVolumePermission: snapshot.createVolumePermissions.map((userId) => ({ userId })),
        };
      },
    }),
    ModifySnapshotAttribute: ec2Operation({
      parameters: [
        "SnapshotId",
        "Attribute",
        "CreateVolumePermission",
        "OperationType",
        "UserId",
        "UserGroup",
      ],
      checks,
      run: (call, cloud) => modify(state, call, cloud),
    }),
    ResetSnapshotAttribute: ec2Operation({
      parameters: ["SnapshotId", "Attribute"],
      checks,
      run: (call) => {
        checkAttribute(requiredText(call.input, "Attribute"));
        changeable(state, call).createVolumePermissions = [];
        return DONE;
      },
    }),
  };
}

function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const snapshot = changeable(state, call);
  checkAttribute(text(call.input, "Attribute") ?? ATTRIBUTE);
  const change = readShareChange(call.input, "CreateVolumePermission");
  const users = [...change.add, ...change.remove];
  const malformed = users.find((user) => !isAccountId(user));
  if (malformed !== undefined) {
    throw new AwsError("InvalidUserID.Malformed", `The user ID '${malformed}' is malformed`);
  }
  if (change.add.length > 0 && change.remove.length > 0) {
    throw new AwsError("InvalidParameterCombination", "Add and remove cannot be specified in the same call.");
  }
  if (users.length > MAX_CHANGES) {
    throw new AwsError(
      "InvalidParameterValue",
      `At most ${MAX_CHANGES} permissions can be modified in one call.`,
    );
  }
  if (snapshot.state !== "completed") {
    throw incorrectState(`Snapshot ${snapshot.snapshotId} is in state '${snapshot.state}', not 'completed'.`);
  }
  if (change.add.length > 0 && isUnderAwsManagedKey(cloud, snapshot)) {
    throw new AwsError("OperationNotPermitted", AWS_TEXTS.snapshotUnderDefaultKey);
  }
  snapshot.createVolumePermissions = applyShareChange(snapshot.createVolumePermissions, change);
  return DONE;
}

/** @throws AuthFailure for a snapshot of another account that the caller sees */
function changeable(state: Ec2State, call: Call): Snapshot {
  const id = requiredText(call.input, "SnapshotId");
  checkId("snapshot", id);
  const { account } = call.caller;
  const visible = visibleSnapshot(state, id, account, call.region);
  if (visible !== undefined && visible.owner !== account) {
    throw new AwsError("AuthFailure", `Not authorized for snapshot: ${id}`, 403);
  }
  return ownSnapshot(state, id, account, call.region);
}

function checkAttribute(name: string): void {
  if (name === ATTRIBUTE) return;
  throw new AwsError("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
}
