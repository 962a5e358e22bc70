import { imageArn, snapshotArn } from "@keyferry/common";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import { lineageKeys, madeBy, SNAPSHOT_ID } from "../../shared/declare/ebs-calls";
import { AMI_LINEAGE, REGISTERED_TAGS } from "./lineage";

/** Ids stand for any: a policy cannot know them beforehand. */
const IMAGE_ID = "ami-0123456789abcdef0";

/** Everything of the image is read that is to be registered. */
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

/** What each copy of a snapshot asks about its source. */
export function copySnapshotsFromCalls(caller: Caller, sourceRegion: string): readonly ProofCall[] {
  const there = { ...caller, region: sourceRegion };
  return [
    callOf(there, "whether the snapshots are shared is looked at", "ec2:DescribeSnapshots", "*", {
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

/** The copies of the snapshots, and the image that is registered of them. */
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
    callOf(caller, "the copy: what it is made of", "ec2:RegisterImage", snapshotArn(region, SNAPSHOT_ID), {
      context: { "ec2:Owner": principal.account, "aws:ResourceTag/keyferry:topology": topology },
      pins: ["aws:ResourceTag/keyferry:topology"],
    }),
  ];
}
