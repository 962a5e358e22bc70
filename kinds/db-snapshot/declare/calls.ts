import { formatArn } from "@keyferry/common";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import type { DeclaredKind, KindCalls } from "../../declared-kind";
import { lineageKeys } from "../../shared/declare/ebs-calls";
import { copyPrefix } from "./identifier";
import { DB_SNAPSHOT_LINEAGE, RUN_TAG } from "./lineage";

/** Both families of snapshots have the same operations with different names. */
const FAMILIES = [
  { noun: "DBSnapshot", type: "snapshot" },
  { noun: "DBClusterSnapshot", type: "cluster-snapshot" },
] as const;
type Family = (typeof FAMILIES)[number];

/** An example identifier. */
const SOURCE_ID = "orders-2026-11-29";

type Place = { readonly account: string; readonly region: string };

function arnOf({ partition }: Caller, { account, region }: Place, { type }: Family, id: string): string {
  return formatArn({ partition, service: "rds", region, account, resource: `${type}:${id}` });
}

function own({ principal, region }: Caller): Place {
  return { account: principal.account, region };
}

/** The ARN of a copy of the topology. */
function copyArn(caller: Caller, topology: string, family: Family): string {
  return arnOf(caller, own(caller), family, `${copyPrefix(topology)}0123456789abcdef`);
}

const ofBoth = (calls: (family: Family) => readonly ProofCall[]): readonly ProofCall[] =>
  FAMILIES.flatMap(calls);

/** A long list of accounts is continued in a second tag. */
function shareRecordsOf(topology: string): readonly string[] {
  return ["", ":2"].map((part) => `keyferry:shared-with:${topology}/web${part}`);
}

const lineage: DeclaredKind["lineage"] = DB_SNAPSHOT_LINEAGE;

function look(caller: Caller): readonly ProofCall[] {
  return ofBoth((family) => [
    callOf(
      caller,
      "database snapshots are read",
      `rds:Describe${family.noun}s`,
      arnOf(caller, own(caller), family, "*"),
    ),
    callOf(
      caller,
      "shares of database snapshots are read",
      `rds:Describe${family.noun}Attributes`,
      arnOf(caller, own(caller), family, SOURCE_ID),
    ),
  ]);
}

function copy(caller: Caller, topology: string): readonly ProofCall[] {
  const context = {
    "aws:RequestTag/keyferry:topology": topology,
    "aws:TagKeys": [...lineageKeys(lineage), RUN_TAG],
  };
  return ofBoth((family) => [
    callOf(
      caller,
      "the copy: the new snapshot",
      `rds:Copy${family.noun}`,
      copyArn(caller, topology, family),
      {
        context,
      },
    ),
    callOf(caller, "the copy: its tags", "rds:AddTagsToResource", copyArn(caller, topology, family), {
      context,
      pins: ["aws:RequestTag/keyferry:topology"],
    }),
  ]);
}

function share(caller: Caller, topology: string): readonly ProofCall[] {
  return ofBoth((family) => {
    const resource = arnOf(caller, own(caller), family, SOURCE_ID);
    return [
      ...["rds:AddTagsToResource", "rds:RemoveTagsFromResource"].map((action) =>
        callOf(caller, "shares are recorded", action, resource, {
          context: { "aws:TagKeys": shareRecordsOf(topology) },
          pins: ["aws:TagKeys"],
        }),
      ),
      callOf(caller, "shares are created and withdrawn", `rds:Modify${family.noun}Attribute`, resource, {
        pins: ["aws:ResourceTag/keyferry:role"],
      }),
    ];
  });
}

const ofTopology = (topology: string) => ({ "aws:ResourceTag/keyferry:topology": topology });

/** The calls that the script makes for copies of snapshots of databases. */
export const DATABASE_CALLS: KindCalls = {
  look,
  copyFrom: () => [],
  copyFromAccount: (caller, from) =>
    ofBoth((family) => [
      callOf(
        { ...caller, region: from.region },
        "the copy: its source",
        `rds:Copy${family.noun}`,
        arnOf(caller, from, family, SOURCE_ID),
      ),
    ]),
  copy,
  share,
  remove: (caller, topology) =>
    ofBoth((family) => [
      callOf(caller, "a copy is removed", `rds:Delete${family.noun}`, copyArn(caller, topology, family), {
        context: ofTopology(topology),
        pins: ["aws:ResourceTag/keyferry:topology"],
      }),
    ]),
  finish: (caller, topology) =>
    ofBoth((family) => [
      callOf(
        caller,
        "tags of the source are set on a copy",
        "rds:AddTagsToResource",
        copyArn(caller, topology, family),
        {
          context: { ...ofTopology(topology), "aws:TagKeys": ["team", "Name"] },
          pins: ["aws:ResourceTag/keyferry:topology", "aws:TagKeys"],
        },
      ),
    ]),
  protect: () => [],
  lookForUses: () => [],
  letLaunch: () => [],
  seeShared: () => [],
  shareInVain: (caller) => {
    const [family] = FAMILIES;
    return callOf(
      caller,
      "",
      `rds:Modify${family.noun}Attribute`,
      arnOf(caller, own(caller), family, SOURCE_ID),
    );
  },
};
