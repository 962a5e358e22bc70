import { snapshotArn } from "@keyferry/common";
import type { AccessRequest } from "@keyferry/evaluator";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import type { DeclaredKind } from "../../declared-kind";

/** Calls that are common to the kinds that consist of EBS snapshots. */

/** An example id: a policy cannot contain ids that are not known beforehand. */
export const SNAPSHOT_ID = "snap-0123456789abcdef0";

/** A long list of accounts is continued in a second tag. */
function shareRecordsOf(topology: string): readonly string[] {
  return ["", ":2"].map((part) => `keyferry:shared-with:${topology}/web${part}`);
}

/** The shared resource, with the noun in the names of EC2's actions. */
export interface SharedThing {
  readonly resource: string;
  readonly noun: "Image" | "Snapshot";
}

export function sharedSnapshot({ region }: Caller): SharedThing {
  return { resource: snapshotArn(region, SNAPSHOT_ID), noun: "Snapshot" };
}

/** The condition keys of a call that shares, and of one that withdraws. For images, AWS provides no key with the recipients. */
function shareChanges(
  noun: SharedThing["noun"],
  sharesWith: readonly string[],
): readonly { readonly added: AccessRequest["context"]; readonly pins: readonly string[] }[] {
  if (noun === "Image") return [{ added: {}, pins: [] }];
  return [
    { added: { "ec2:Add/userId": sharesWith }, pins: ["ec2:Add/userId", "ec2:Add/group"] },
    { added: {}, pins: ["ec2:Add/group"] },
  ];
}

/** Shares are recorded in tags, created, and withdrawn with their records. */
export function shareCallsOn(
  { resource, noun }: SharedThing,
  caller: Caller,
  topology: string,
  sharesWith: readonly string[],
): readonly ProofCall[] {
  const context = { "ec2:Owner": caller.principal.account };
  return [
    callOf(caller, "shares are read", `ec2:Describe${noun}Attribute`, resource, { context }),
    ...["ec2:CreateTags", "ec2:DeleteTags"].map((action) =>
      callOf(caller, "shares are recorded", action, resource, {
        context: { ...context, "aws:TagKeys": shareRecordsOf(topology) },
        pins: ["aws:TagKeys"],
      }),
    ),
    ...shareChanges(noun, sharesWith).map(({ added, pins }) =>
      callOf(caller, "shares are created and withdrawn", `ec2:Modify${noun}Attribute`, resource, {
        context: { ...context, ...added },
        pins: ["ec2:Owner", "aws:ResourceTag/keyferry:role", ...pins],
      }),
    ),
  ];
}

/** A share in a Region that no copy leaves, which must be refused. */
export function shareInVain({ resource, noun }: SharedThing, caller: Caller): ProofCall {
  return callOf(caller, "", `ec2:Modify${noun}Attribute`, resource, {
    context: { "ec2:Owner": caller.principal.account },
  });
}

/** The permissions on a resource that a call of a run creates, and on its tags. @param lineage keys of its tags */
export function madeBy(
  action: string,
  resource: string,
  caller: Caller,
  topology: string,
  lineage: readonly string[],
): readonly ProofCall[] {
  const context = {
    "ec2:Owner": caller.principal.account,
    "aws:RequestTag/keyferry:topology": topology,
    "aws:TagKeys": lineage,
  };
  return [
    callOf(caller, "the copy: the new resource", `ec2:${action}`, resource, { context }),
    callOf(caller, "the copy: its tags", "ec2:CreateTags", resource, {
      context: { ...context, "ec2:CreateAction": action },
      pins: ["ec2:CreateAction"],
    }),
  ];
}

/** Keys of the tags that the creating call sets on every copy. */
export function lineageKeys({ source, parent }: DeclaredKind["lineage"]): readonly string[] {
  return ["keyferry:topology", "keyferry:node", "keyferry:role", source, parent, "keyferry:attempt"];
}

/** A copy of the topology is removed. */
export function removeCall(action: string, resource: string, caller: Caller, topology: string): ProofCall {
  return callOf(caller, "a copy is removed", action, resource, {
    context: {
      "ec2:Owner": caller.principal.account,
      "aws:ResourceTag/keyferry:topology": topology,
    },
    pins: ["aws:ResourceTag/keyferry:topology"],
  });
}

/** Tags of the source are set on a final copy. */
export function tagLikeSourceCall(resource: string, caller: Caller, topology: string): ProofCall {
  return callOf(caller, "tags of the source are set on a copy", "ec2:CreateTags", resource, {
    context: { ...finalCopy(caller, topology), "aws:TagKeys": ["team", "Name"] },
    pins: ["aws:ResourceTag/keyferry:topology", "aws:TagKeys"],
  });
}

/** The condition keys of a call on a final copy. */
export function finalCopy({ principal }: Caller, topology: string): Readonly<Record<string, string>> {
  return {
    "ec2:Owner": principal.account,
    "aws:ResourceTag/keyferry:topology": topology,
    "aws:ResourceTag/keyferry:role": "final",
  };
}
