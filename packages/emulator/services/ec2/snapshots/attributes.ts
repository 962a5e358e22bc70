import { AWS_TEXTS } from "@keyferry/common";
import type { Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ownSnapshot, sharingSettings, visibleSnapshot } from "../catalogue";
import { isUnderAwsManagedKey } from "../encryption/sharing";
import { checkId, incorrectState } from "../errors";
import { requiredText, text } from "../input";
import { DONE, ec2Operation } from "../operation";
import {
  applyShareChange,
  changeOfAll,
  malformed,
  readShareChange,
  recipientContext,
  type Recipient,
  type ShareChange,
} from "../sharing";
import type { Ec2State, Snapshot } from "../state";
import { namedSnapshot } from "./named";

const ATTRIBUTE = "createVolumePermission";
/** Source: EC2 API reference, "ModifySnapshotAttribute". */
const MAX_CHANGES = 500;

export function snapshotAttributeOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const checks = namedSnapshot(state);
  return {
    DescribeSnapshotAttribute: ec2Operation({
      parameters: ["SnapshotId", "Attribute"],
      checks,
      run: (call) => {
        const snapshot = changeable(state, call);
        checkAttribute(requiredText(call.input, "Attribute"));
        return {
          snapshotId: snapshot.snapshotId,
          createVolumePermission: [
            ...(snapshot.public ? [{ group: "all" }] : []),
            ...snapshot.createVolumePermissions.map((userId) => ({ userId })),
          ],
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
      checks: (call) => {
        const context = recipientContext(readShareChange(call.input, "CreateVolumePermission"));
        return checks(call).map((check) => ({ ...check, context: { ...check.context, ...context } }));
      },
      run: (call, cloud) => modify(state, call, cloud),
    }),
    ResetSnapshotAttribute: ec2Operation({
      parameters: ["SnapshotId", "Attribute"],
      checks,
      run: (call) => {
        checkAttribute(requiredText(call.input, "Attribute"));
        Object.assign(changeable(state, call), { createVolumePermissions: [], public: false });
        return DONE;
      },
    }),
  };
}

function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const snapshot = changeable(state, call);
  checkAttribute(text(call.input, "Attribute") ?? ATTRIBUTE);
  const change = readShareChange(call.input, "CreateVolumePermission");
  const count = change.add.length + change.remove.length;
  const bad = malformed(change) ?? notAllowed(change);
  if (bad !== undefined) throw malformedRecipient(bad);
  if (change.add.length > 0 && change.remove.length > 0) {
    throw new AwsError("InvalidParameterCombination", "Add and remove cannot be specified in the same call.");
  }
  if (count > MAX_CHANGES) {
    throw new AwsError(
      "InvalidParameterValue",
      `At most ${MAX_CHANGES} permissions can be modified in one call.`,
    );
  }
  if (snapshot.state !== "completed") {
    throw incorrectState(`Snapshot ${snapshot.snapshotId} is in state '${snapshot.state}', not 'completed'.`);
  }
  if (snapshot.storage?.tier === "archive" && change.add.length > 0) {
    throw incorrectState(`Snapshot ${snapshot.snapshotId} is archived; archived snapshots cannot be shared.`);
  }
  if (change.add.length > 0 && isUnderAwsManagedKey(cloud, snapshot)) {
    throw new AwsError("OperationNotPermitted", AWS_TEXTS.snapshotUnderDefaultKey);
  }
  const all = changeOfAll(change);
  if (all === true) refusePublic(state, call, snapshot);
  snapshot.public = all ?? snapshot.public;
  snapshot.createVolumePermissions = applyShareChange(snapshot.createVolumePermissions, change, ["UserId"]);
  return DONE;
}

/** Organisations and their units cannot be named here. Source: EC2 API reference, "ModifySnapshotAttribute". */
function notAllowed(change: ShareChange): Recipient | undefined {
  return [...change.add, ...change.remove].find(({ kind }) => kind !== "UserId" && kind !== "Group");
}

function malformedRecipient({ kind, value }: Recipient): AwsError {
  return kind === "UserId"
    ? new AwsError("InvalidUserID.Malformed", `The user ID '${value}' is malformed`)
    : new AwsError("InvalidParameterValue", `Invalid value '${value}' for ${kind}`);
}

/** Source: EBS user guide, "Block public access for snapshots". */
function refusePublic(state: Ec2State, call: Call, snapshot: Snapshot): void {
  if (snapshot.keyArn !== undefined) {
    throw new AwsError("OperationNotPermitted", "Encrypted snapshots cannot be shared publicly");
  }
  const { snapshotBlockPublicAccess } = sharingSettings(state, call.caller.account, call.region);
  if (snapshotBlockPublicAccess !== "unblocked" && !snapshot.public) {
    throw new AwsError(
      "OperationNotPermitted",
      "You can't publicly share this snapshot because block public access for snapshots is enabled for this account.",
    );
  }
}

/** The caller's snapshot. @throws AuthFailure for a visible snapshot of another account, InvalidSnapshot.NotFound */
export function changeable(state: Ec2State, call: Call): Snapshot {
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
