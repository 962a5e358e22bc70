import type { AccessCheck, Call, Cloud, Operation } from "../../contract";
import { AwsError } from "../../contract";
import { understanding } from "../../known-parameters";
import { refuseBeyond } from "../ec2/quotas";
import { ownedBy, put } from "../ec2/shelf";
import type { Ec2State } from "../ec2/state";
import { readDatabase, type Database } from "./databases";
import { idMember, rdsArn, type SnapshotFamily } from "./family";
import { snapshotCheck } from "./find";
import { invalidValue, newIdentifier, readTags, required, requestTagContext } from "./input";
import { growLater } from "./progress";
import type { DbSnapshot, RdsState } from "./state";
import { snapshotAnswer } from "./wire";

/** RDS's own snapshots, and the quotas, which are stored with all others. */
export interface RdsParts {
  readonly rds: RdsState;
  readonly ec2: Ec2State;
}

/** CreateDBSnapshot, CreateDBClusterSnapshot: under the database's key. */
export function createSnapshot(parts: RdsParts, family: SnapshotFamily): Operation {
  const { databaseId } = family;
  return understanding([idMember(family), databaseId, "Tags"], {
    checks: (call) => {
      const tags = readTags(call.input);
      const id = newIdentifier(call.input, idMember(family), family);
      const database = required(call.input, databaseId);
      return [
        {
          action: `rds:${call.operation}`,
          resource: rdsArn(call.region, call.caller.account, family.databaseArnType, database),
          context: requestTagContext(tags),
        },
        snapshotCheck(parts.rds, call, family, id, requestTagContext(tags)),
        ...tagOnCreateCheck(parts.rds, call, family, id, tags),
      ];
    },
    run: async (call, cloud) => {
      const id = newIdentifier(call.input, idMember(family), family);
      const { account } = call.caller;
      const database = await readDatabase(
        cloud,
        account,
        call.region,
        family,
        required(call.input, databaseId),
      );
      if (database.cluster !== undefined) {
        throw invalidValue(
          "The specified instance is a member of a cluster and a snapshot cannot be created directly. " +
            "Please use the CreateDBClusterSnapshot API instead.",
        );
      }
      if (database.status !== "available") {
        throw new AwsError(
          family.of === "instance" ? "InvalidDBInstanceState" : "InvalidDBClusterStateFault",
          `${database.database} is not in the available state.`,
        );
      }
      const snapshot = takeSnapshot(parts, cloud, family, {
        account,
        region: call.region,
        id,
        database,
        tags: readTags(call.input),
      });
      return { [family.noun]: snapshotAnswer(snapshot, account) };
    },
  });
}

/** Tagging a snapshot during creation needs a separate permission. Source: service authorization reference, "Amazon RDS". */
export function tagOnCreateCheck(
  state: RdsState,
  call: Call,
  family: SnapshotFamily,
  id: string,
  tags: Readonly<Record<string, string>>,
): readonly AccessCheck[] {
  if (Object.keys(tags).length === 0) return [];
  const check = snapshotCheck(state, call, family, id, requestTagContext(tags));
  return [{ ...check, action: "rds:AddTagsToResource" }];
}

export interface Wanted {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly database: Database;
  readonly tags: Readonly<Record<string, string>>;
  /** @default "manual" */
  readonly type?: DbSnapshot["type"];
}

/** @throws DBSnapshotAlreadyExists, SnapshotQuotaExceeded */
export function takeSnapshot(
  parts: RdsParts,
  cloud: Cloud,
  family: SnapshotFamily,
  { account, region, id, database, tags, type = "manual" }: Wanted,
): DbSnapshot {
  const createdAt = cloud.clock.now().toISOString();
  const { resourceId, facts, allocatedStorage, keyArn, optionGroup } = database;
  return add(parts, cloud, family, {
    of: family.of,
    arn: rdsArn(region, account, family.arnType, id),
    id,
    region,
    owner: account,
    type,
    database: database.database,
    resourceId,
    facts,
    allocatedStorage,
    createdAt,
    originalCreatedAt: createdAt,
    keyArn,
    optionGroup,
    status: "creating",
    progress: 0,
    // Tags of the call and of the database are not merged.
    tags: Object.keys(tags).length === 0 && database.copiesTags ? database.tags : tags,
    sharedWith: [],
  });
}

/** Adds a snapshot, and starts its progress. @throws DBSnapshotAlreadyExists, SnapshotQuotaExceeded */
export function add(
  { rds, ec2 }: RdsParts,
  cloud: Cloud,
  family: SnapshotFamily,
  snapshot: DbSnapshot,
): DbSnapshot {
  const { arn, id, owner, region } = snapshot;
  if (rds.snapshots[arn] !== undefined) {
    throw new AwsError(
      family.codes.exists,
      `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
    );
  }
  if (snapshot.type === "manual") {
    const own = [...ownedBy(rds.snapshots, region, owner)].filter(
      ({ of, type }) => of === family.of && type === "manual",
    );
    refuseBeyond(
      ec2,
      owner,
      family.quota,
      own.length,
      (limit) => `Cannot create more than ${limit} manual snapshots`,
      "SnapshotQuotaExceeded",
    );
  }
  put(rds.snapshots, arn, snapshot);
  growLater(cloud.clock, snapshot);
  return snapshot;
}
