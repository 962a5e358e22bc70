import { formatArn, partitionOf } from "@keyferry/common";
import type { JsonObject } from "../../contract";
import { isIncremental } from "../ec2/snapshots/incremental";
import type { Ec2State, Image, Snapshot, Volume } from "../ec2/state";

/** An event before it has an id and a time. */
export interface Change {
  /** 12-digit id of the account whose bus receives it. */
  readonly account: string;
  readonly region: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** The last seen state of a resource. */
interface Seen {
  readonly account: string;
  readonly region: string;
  readonly state: string;
  /** Accounts that a snapshot is shared with. */
  readonly sharedWith?: readonly string[];
  /** The id of the call after which it was first seen. */
  readonly requestId: string;
}

type Kind = "images" | "snapshots" | "volumes";
const KINDS: readonly Kind[] = ["images", "snapshots", "volumes"];

/** Finds the changes of EC2's images, snapshots and volumes since the last check. */
export class Ec2Changes {
  private seen?: Readonly<Record<Kind, ReadonlyMap<string, Seen>>>;

  constructor(private readonly ec2: Ec2State) {}

  /** Takes the existing resources as already reported. */
  reset(): void {
    this.seen = undefined;
  }

  /** The first check finds nothing. @param requestId of the call that was handled; empty after background work */
  look(requestId: string): readonly Change[] {
    const before = this.seen;
    const now = {
      images: this.scan("images", requestId),
      snapshots: this.scan("snapshots", requestId),
      volumes: this.scan("volumes", requestId),
    };
    this.seen = now;
    if (before === undefined) return [];
    return KINDS.flatMap((kind) => {
      const ids = new Set([...before[kind].keys(), ...now[kind].keys()]);
      return [...ids].flatMap((id) =>
        this.changesOf(kind, id, before[kind].get(id), now[kind].get(id), requestId),
      );
    });
  }

  private scan(kind: Kind, requestId: string): ReadonlyMap<string, Seen> {
    const known = this.seen?.[kind];
    return new Map(
      Object.entries<Image | Snapshot | Volume>(this.ec2[kind]).map(([id, resource]) => [
        id,
        {
          account: resource.owner,
          region: resource.region,
          state: resource.state,
          sharedWith: "createVolumePermissions" in resource ? resource.createVolumePermissions : undefined,
          requestId: known?.get(id)?.requestId ?? requestId,
        },
      ]),
    );
  }

  private changesOf(
    kind: Kind,
    id: string,
    was: Seen | undefined,
    is: Seen | undefined,
    requestId: string,
  ): readonly Change[] {
    if (kind === "images") return this.ofImage(id, was, is, requestId);
    return kind === "snapshots" ? this.ofSnapshot(id, was, is) : this.ofVolume(id, was, is);
  }

  /** Source: EC2 user guide, "Monitor AMI events using Amazon EventBridge". */
  private ofImage(
    id: string,
    was: Seen | undefined,
    is: Seen | undefined,
    requestId: string,
  ): readonly Change[] {
    const seen = is ?? was;
    const state = is === undefined ? "deregistered" : is.state;
    if (seen === undefined || was?.state === is?.state || state === "pending") return [];
    const ended = was === undefined || was.state === "pending";
    return [
      {
        account: seen.account,
        region: seen.region,
        detailType: "EC2 AMI State Change",
        resources: [arnOf(seen.region, "", `image/${id}`)],
        detail: {
          RequestId: ended ? seen.requestId : requestId,
          ImageId: id,
          State: state,
          ErrorMessage: this.ec2.images[id]?.stateReason?.message ?? "",
        },
      },
    ];
  }

  /** Source: EBS user guide, "Amazon EventBridge events for Amazon EBS", EBS snapshot events. */
  private ofSnapshot(id: string, was: Seen | undefined, is: Seen | undefined): readonly Change[] {
    const snapshot = this.ec2.snapshots[id];
    if (is === undefined || snapshot === undefined) return [];
    const ended = was?.state !== is.state && is.state !== "pending";
    const shared = (is.sharedWith ?? []).filter((account) => was?.sharedWith?.includes(account) !== true);
    return [
      ...(ended ? [notification(snapshot, snapshot.owner, this.ending(snapshot))] : []),
      ...shared.map((account) => notification(snapshot, account, sharing(snapshot))),
    ];
  }

  private ending(snapshot: Snapshot): JsonObject {
    const { copiedFrom, state, stateMessage, startTime, region, volumeId } = snapshot;
    const original = copiedFrom && this.ec2.snapshots[copiedFrom.snapshotId];
    const paced = snapshot.completionDurationMinutes !== undefined;
    return {
      event: copiedFrom === undefined ? "createSnapshot" : "copySnapshot",
      result: state === "error" ? "failed" : "succeeded",
      cause: state === "error" ? (stateMessage ?? "") : "",
      source:
        copiedFrom === undefined
          ? snapshotArn(region, `volume/${volumeId}`)
          : snapshotArn(copiedFrom.region, `snapshot/${copiedFrom.snapshotId}`),
      startTime,
      endTime: snapshot.completionTime ?? startTime,
      ...(copiedFrom === undefined
        ? {}
        : {
            incremental: String(original !== undefined && isIncremental(this.ec2, original, snapshot)),
            transferType: paced ? "time-based" : "standard",
            ...(paced ? { completionDurationStartTime: startTime } : {}),
          }),
    };
  }

  /** Source: the same, EBS volume events. Failure events are not modelled. */
  private ofVolume(id: string, was: Seen | undefined, is: Seen | undefined): readonly Change[] {
    const made =
      is !== undefined && (was === undefined || was.state === "creating") && is.state !== "creating";
    const gone = is === undefined && was !== undefined && was.state !== "creating" && was.state !== "error";
    const seen = is ?? was;
    if (seen === undefined || (!made && !gone) || is?.state === "error") return [];
    return [
      {
        account: seen.account,
        region: seen.region,
        detailType: "EBS Volume Notification",
        resources: [arnOf(seen.region, seen.account, `volume/${id}`)],
        detail: {
          result: made ? "available" : "deleted",
          cause: "",
          event: made ? "createVolume" : "deleteVolume",
          "request-id": seen.requestId,
        },
      },
    ];
  }
}

function sharing({ owner, startTime, completionTime }: Snapshot): JsonObject {
  const times = { startTime, endTime: completionTime ?? startTime };
  return { event: "shareSnapshot", result: "succeeded", cause: "", source: owner, ...times };
}

function notification({ snapshotId, region }: Snapshot, account: string, detail: JsonObject): Change {
  return {
    account,
    region,
    detailType: "EBS Snapshot Notification",
    resources: [arnOf(region, "", `snapshot/${snapshotId}`)],
    detail: { ...detail, "request-id": "", snapshot_id: snapshotArn(region, `snapshot/${snapshotId}`) },
  };
}

function arnOf(region: string, account: string, resource: string): string {
  return formatArn({ partition: partitionOf(region), service: "ec2", region, account, resource });
}

/** EBS's details have the Region in the place where others have the account. */
function snapshotArn(region: string, resource: string): string {
  return `arn:${partitionOf(region)}:ec2::${region}:${resource}`;
}
