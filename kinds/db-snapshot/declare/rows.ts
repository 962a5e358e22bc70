import { formatArn } from "@keyferry/common";
import type { Conditions } from "../../../policy/document";
import type { PermissionRow, RowGrant } from "../../../policy/row";
import { ofTopology, shareRecords, some } from "../../../policy/runner-policy/row-grants";
import type { CopyOrigin, RunnerAccess } from "../../../policy/runner";
import { INSPECT_SETTINGS, READ_QUOTAS } from "../../shared/declare/ebs-rows";
import { ownRows } from "../../shared/declare/own-rows";
import { copyPrefix } from "./identifier";

type Row = PermissionRow<RunnerAccess>;

const SOURCE = "Service authorization reference, Amazon RDS";

/** Types of snapshots in ARNs. */
const TYPES = ["snapshot", "cluster-snapshot"];

function arns(partition: string, places: readonly CopyOrigin[], id: string): readonly string[] {
  return places.flatMap(({ account, region }) =>
    TYPES.map((type) => formatArn({ partition, service: "rds", region, account, resource: `${type}:${id}` })),
  );
}

/** Any snapshot of the account in some Regions. */
function anyOwn({ partition, account }: RunnerAccess, regions: readonly string[]): readonly string[] {
  return arns(
    partition,
    [...new Set(regions)].map((region) => ({ account, region })),
    "*",
  );
}

/** Copies of the topology, whose identifiers Keyferry chooses. */
function copiesIn({ partition, account, topology }: RunnerAccess, regions: readonly string[]) {
  return arns(
    partition,
    regions.map((region) => ({ account, region })),
    `${copyPrefix(topology)}*`,
  );
}

const onCopies = (access: RunnerAccess, regions: readonly string[], conditions?: Conditions) =>
  some(copiesIn(access, regions), conditions);

const LOOK_ROWS: readonly Row[] = [
  {
    id: "DescribeDbSnapshots",
    actions: [
      "rds:DescribeDBClusterSnapshotAttributes",
      "rds:DescribeDBClusterSnapshots",
      "rds:DescribeDBSnapshotAttributes",
      "rds:DescribeDBSnapshots",
    ],
    basis: "enforced",
    why: "the commands read the state before they act, while they wait, and to verify, and read with whom snapshots are shared, so that shares of others are never withdrawn",
    source: SOURCE,
    grant: (access) => some(anyOwn(access, [...access.copiesInto, ...access.bookkeepsIn])),
  },
];

const COPY_ROWS: readonly Row[] = [
  {
    id: "CopyDbSnapshots",
    actions: ["rds:CopyDBClusterSnapshot", "rds:CopyDBSnapshot"],
    basis: "enforced",
    why: "the copy itself: checked on the source snapshot and on the new one, whose identifier begins with that of the topology",
    source: SOURCE,
    grant: (access): RowGrant | undefined =>
      some([
        ...arns(access.partition, access.origins, "*"),
        // If the account is its own source, the policy names both the source snapshots and the copies.
        ...copiesIn(access, access.copiesInto).filter((arn) => !isNamedBy(access, arn)),
      ]),
  },
  {
    id: "TagDbSnapshotCopies",
    actions: ["rds:AddTagsToResource"],
    basis: "enforced",
    why: "lineage tags are set in the call that makes the copy, so that no copy is ever without them; RDS has no condition for that call alone, so it is narrowed to the identifiers of the topology's copies and its own tag",
    source: SOURCE,
    grant: (access) =>
      onCopies(access, access.copiesInto, {
        StringEquals: { "aws:RequestTag/keyferry:topology": [access.topology] },
      }),
  },
  {
    id: "TagOwnDbSnapshotCopies",
    actions: ["rds:AddTagsToResource"],
    basis: "enforced",
    why: "tags that were added to the source or the topology later are set on existing copies",
    source: SOURCE,
    grant: (access) =>
      onCopies(access, access.finishesIn, {
        ...ofTopology(access),
        "ForAllValues:StringNotLike": { "aws:TagKeys": ["keyferry:*"] },
        Null: { "aws:TagKeys": ["false"] },
      }),
  },
  {
    id: "RemoveOwnDbSnapshotCopies",
    actions: ["rds:DeleteDBClusterSnapshot", "rds:DeleteDBSnapshot"],
    basis: "enforced",
    why: "transit copies, failed copies and copies beyond `keep` are removed; only snapshots with the topology's identifier and tag",
    source: SOURCE,
    grant: (access) => onCopies(access, access.copiesInto, ofTopology(access)),
  },
];

/** Whether the ARNs of the sources include an ARN. */
function isNamedBy({ account, origins }: RunnerAccess, arn: string): boolean {
  const [, , , region] = arn.split(":");
  return origins.some((origin) => origin.account === account && origin.region === region);
}

const SHARE_ROWS: readonly Row[] = [
  {
    id: "RecordDbSnapshotShares",
    actions: ["rds:AddTagsToResource", "rds:RemoveTagsFromResource"],
    basis: "enforced",
    why: "the role records each share before it shares, so that it withdraws only its own shares; it may not change the records of another topology",
    source: SOURCE,
    grant: (access) =>
      some(anyOwn(access, access.sharesIn), {
        "ForAllValues:StringLike": { "aws:TagKeys": shareRecords(access) },
        Null: { "aws:TagKeys": ["false"] },
      }),
  },
  {
    id: "ShareDbSnapshots",
    actions: ["rds:ModifyDBClusterSnapshotAttribute", "rds:ModifyDBSnapshotAttribute"],
    basis: "enforced",
    why: "snapshots are shared while destinations copy from them, and the shares are withdrawn afterwards, also for an account that has left the topology; final copies are never shared. RDS has no condition for the accounts with which a snapshot is shared; an encrypted snapshot cannot be made public",
    source: SOURCE,
    grant: (access) =>
      some(anyOwn(access, access.sharesIn), {
        StringNotEquals: { "aws:ResourceTag/keyferry:role": ["final"] },
      }),
  },
];

/** Permissions of the runner role for database snapshots. */
export const DATABASE_ROWS: readonly Row[] = [
  ...ownRows("db-snapshot", LOOK_ROWS),
  INSPECT_SETTINGS,
  READ_QUOTAS,
  ...ownRows("db-snapshot", [...COPY_ROWS, ...SHARE_ROWS]),
];
