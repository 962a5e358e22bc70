import { imageArn, snapshotArn } from "@keyferry/common";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import { lineageKeys, madeBy, SNAPSHOT_ID } from "../../shared/declare/ebs-calls";
import { AMI_LINEAGE, REGISTERED_TAGS } from "./lineage";

/** An example id: a policy cannot contain ids that are not known beforehand. */
const IMAGE_ID = "ami-0123456789abcdef0";

/** Reads the properties of the image that the registration needs. */
export function readRegisteredCalls(caller: Caller): readonly ProofCall[] {
  return [
    callOf(
      caller,
      "the image is read: its UEFI data",
      "ec2:DescribeImageAttribute",
      imageArn(caller.region, IMAGE_ID),
      { context: { "ec2:Owner": caller.principal.account } },
    ),
  ];
}

/** The permissions on the source that each copy of a snapshot needs. */
export function copySnapshotsFromCalls(caller: Caller, sourceRegion: string): readonly ProofCall[] {
  const there = { ...caller, region: sourceRegion };
  return [
    callOf(there, "the run checks whether the snapshots are shared", "ec2:DescribeSnapshots", "*", {
      pins: ["aws:RequestedRegion"],
    }),
    callOf(
      caller,
      "the copy: its source",
      "ec2:CopySnapshot",
      snapshotArn(sourceRegion, "snap-0fedcba9876543210"),
    ),
  ];
}

/** The copies of the snapshots, and the image that is registered from them. */
export function registerCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const { region, principal } = caller;
  const lineage = lineageKeys(AMI_LINEAGE);
  return [
    ...madeBy("CopySnapshot", snapshotArn(region, SNAPSHOT_ID), caller, topology, [
      ...lineage,
      REGISTERED_TAGS.device,
      REGISTERED_TAGS.parent,
    ]),
    ...madeBy("RegisterImage", imageArn(region, IMAGE_ID), caller, topology, [
      ...lineage,
      REGISTERED_TAGS.as,
    ]),
    callOf(caller, "the copy: its snapshots", "ec2:RegisterImage", snapshotArn(region, SNAPSHOT_ID), {
      context: { "ec2:Owner": principal.account, "aws:ResourceTag/keyferry:topology": topology },
      pins: ["aws:ResourceTag/keyferry:topology"],
    }),
  ];
}
