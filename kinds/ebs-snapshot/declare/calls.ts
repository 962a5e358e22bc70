import { snapshotArn } from "@keyferry/common";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import type { KindCalls } from "../../declared-kind";
import {
  lineageKeys,
  madeBy,
  removeCall,
  shareCallsOn,
  sharedSnapshot,
  shareInVain,
  SNAPSHOT_ID,
  tagLikeSourceCall,
} from "../../shared/declare/ebs-calls";
import { RUN_TAG, SNAPSHOT_LINEAGE } from "./lineage";

const anySnapshot = ({ region }: Caller) => snapshotArn(region, SNAPSHOT_ID);

/** A call without a resource. */
const inRegion = (caller: Caller, when: string, action: string): ProofCall =>
  callOf(caller, when, action, "*", { pins: ["aws:RequestedRegion"] });

/** The calls that the script makes for copies of snapshots that belong to no image. */
export const SNAPSHOT_CALLS: KindCalls = {
  look: (caller) => [inRegion(caller, "snapshots are read", "ec2:DescribeSnapshots")],
  copyFrom: (caller, sourceRegion) => [
    inRegion(
      { ...caller, region: sourceRegion },
      "the run checks whether the source is shared",
      "ec2:DescribeSnapshots",
    ),
    callOf(
      caller,
      "the copy: its source",
      "ec2:CopySnapshot",
      snapshotArn(sourceRegion, "snap-0fedcba9876543210"),
    ),
  ],
  copy: (caller, topology) =>
    madeBy("CopySnapshot", anySnapshot(caller), caller, topology, [
      ...lineageKeys(SNAPSHOT_LINEAGE),
      RUN_TAG,
    ]),
  share: (caller, topology, sharesWith) => shareCallsOn(sharedSnapshot(caller), caller, topology, sharesWith),
  remove: (caller, topology) => [removeCall("ec2:DeleteSnapshot", anySnapshot(caller), caller, topology)],
  finish: (caller, topology) => [tagLikeSourceCall(anySnapshot(caller), caller, topology)],
  protect: () => [],
  lookForUses: (caller) =>
    ["ec2:DescribeImages", "ec2:DescribeLaunchTemplateVersions"].map((action) =>
      inRegion(caller, "users of an old copy are searched", action),
    ),
  letLaunch: () => [],
  seeShared: () => [],
  shareInVain: (caller) => shareInVain(sharedSnapshot(caller), caller),
};
