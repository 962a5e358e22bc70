/** Which snapshots a caller sees, and how IAM sees them. */
import { parseArn } from "@keyferry/common";
import type { AccessCheck, Call } from "../../contract";
import { rdsArn, snapshotNotFound, type SnapshotFamily } from "./family";
import type { DbSnapshot, RdsState } from "./state";

/** The ARN that an identifier refers to: itself if it is an ARN, or that of the caller's snapshot in the call's Region. */
export function arnOf(call: Call, { arnType }: SnapshotFamily, idOrArn: string): string {
  if (idOrArn.startsWith("arn:")) return idOrArn;
  return rdsArn(call.region, call.caller.account, arnType, idOrArn.toLowerCase());
}

/** The snapshot, unless it belongs to the other family. */
export function snapshotAt(state: RdsState, { of }: SnapshotFamily, arn: string): DbSnapshot | undefined {
  const found = state.snapshots[arn];
  return found?.of === of ? found : undefined;
}

export function isSharedWith({ sharedWith }: DbSnapshot, account: string): boolean {
  return sharedWith.includes(account) || sharedWith.includes("all");
}

/** The caller's own snapshot in the call's Region. @throws DBSnapshotNotFound */
export function ownSnapshot(
  state: RdsState,
  call: Call,
  family: SnapshotFamily,
  idOrArn: string,
): DbSnapshot {
  const found = snapshotAt(state, family, arnOf(call, family, idOrArn));
  if (found?.owner !== call.caller.account || found.region !== call.region)
    throw snapshotNotFound(family, idOrArn);
  return found;
}

/** A snapshot that the caller owns or that is shared with it, in any Region. @throws DBSnapshotNotFound */
export function sourceSnapshot(
  state: RdsState,
  call: Call,
  family: SnapshotFamily,
  idOrArn: string,
): DbSnapshot {
  const { account } = call.caller;
  const found = snapshotAt(state, family, arnOf(call, family, idOrArn));
  if (found === undefined || (found.owner !== account && !isSharedWith(found, account)))
    throw snapshotNotFound(family, idOrArn);
  return found;
}

/**
 * The call's own action on a snapshot; a snapshot that does not exist still has an ARN. Tags of another account's
 * snapshot are not visible to the caller's policies.
 */
export function snapshotCheck(
  state: RdsState,
  call: Call,
  family: SnapshotFamily,
  idOrArn: string,
  context: AccessCheck["context"] = {},
): AccessCheck {
  const resource = arnOf(call, family, idOrArn);
  const found = snapshotAt(state, family, resource);
  const tags = found?.owner === call.caller.account ? found.tags : {};
  return {
    action: `rds:${call.operation}`,
    resource,
    context: {
      "aws:RequestedRegion": parseArn(resource)?.region ?? call.region,
      ...Object.fromEntries(
        Object.entries(tags).flatMap(([key, value]) => [
          [`aws:ResourceTag/${key}`, value],
          [`${family.tagKey}/${key}`, value],
        ]),
      ),
      ...context,
    },
  };
}
