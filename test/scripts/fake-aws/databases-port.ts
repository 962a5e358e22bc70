import { formatArn, parseArn } from "@keyferry/common";
import type {
  CopyDbSnapshotRequest,
  DatabasesPort,
  DatabaseType,
  DbSnapshotView,
} from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { error, idOf, type Change, type Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface FakeDbSnapshot {
  readonly view: Mutable<DbSnapshotView>;
  readonly place: Place;
  readonly visibleAt: number;
  sharedWith: string[];
  /** When it is available, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** RDS's names and error codes for the snapshots of a type. Source: RDS API reference. */
const WORDS = {
  instance: {
    noun: "DBSnapshot",
    arnType: "snapshot",
    missing: "DBSnapshotNotFound",
    taken: "DBSnapshotAlreadyExists",
    state: "InvalidDBSnapshotState",
  },
  cluster: {
    noun: "DBClusterSnapshot",
    arnType: "cluster-snapshot",
    missing: "DBClusterSnapshotNotFoundFault",
    taken: "DBClusterSnapshotAlreadyExistsFault",
    state: "InvalidDBClusterSnapshotStateFault",
  },
} as const;

/** An available manual snapshot of a database. */
export function addDbSnapshot(
  cloud: FakeCloud,
  place: Place,
  made: Pick<DbSnapshotView, "of" | "id" | "database"> & Partial<DbSnapshotView>,
): string {
  const arn = arnOf(place, made.of, made.id);
  const now = cloud.clock.now();
  cloud.dbSnapshots.push({
    view: {
      ...{ arn, type: "manual", engine: "postgres", state: "available", progressPercent: 100 },
      ...{ createdAt: now.toISOString(), encrypted: made.keyArn !== undefined, sizeGiB: 20, tags: {} },
      ...made,
    },
    place,
    visibleAt: 0,
    sharedWith: [],
    endsAt: now.getTime(),
  });
  return arn;
}

/** Completes the copies that are due. */
export function settleDbSnapshots({ dbSnapshots }: FakeCloud, now: number): void {
  for (const { view, endsAt } of dbSnapshots) {
    if (view.state !== "creating" || now < endsAt) continue;
    Object.assign(view, { state: "available", progressPercent: 100 });
  }
}

/** Snapshots of databases. RDS checks keys and shares when it is called, and identifiers are unique. */
export function databasesPort(cloud: FakeCloud, place: Place, guard: Guard, change: Change): DatabasesPort {
  const { account, region } = place;
  const own = (arn: string, operation: string): FakeDbSnapshot => {
    const found = cloud.dbSnapshots.find((one) => one.view.arn === arn && idOf(one.place) === idOf(place));
    if (found === undefined) throw refuse(operation, WORDS[typeOf(arn)].missing, `${arn} not found`);
    return found;
  };
  const refuse = (operation: string, code: string, message: string) =>
    error(account, region, operation, code, message);
  const write = <T>(operation: string, effect: () => T): Promise<T> =>
    change(account, region, operation, () => {
      cloud.settle();
      return effect();
    });
  return {
    snapshots: async (of, { ids, database, manual = false }) => {
      guard(account, region, `Describe${WORDS[of].noun}s`);
      cloud.settle();
      const now = cloud.clock.now().getTime();
      return cloud.dbSnapshots
        .filter((one) => idOf(one.place) === idOf(place) && one.visibleAt <= now && one.view.of === of)
        .filter(({ view }) => ids === undefined || ids.includes(view.id))
        .filter(({ view }) => database === undefined || view.database === database)
        .filter(({ view }) => !manual || view.type === "manual")
        .map(({ view }) => structuredClone(view));
    },
    copySnapshot: (request) => {
      const operation = `Copy${WORDS[request.of].noun}`;
      return write(operation, () => copied(cloud, place, request, (...why) => refuse(operation, ...why)));
    },
    deleteSnapshot: (arn) => {
      const { noun, state } = WORDS[typeOf(arn)];
      return write(`Delete${noun}`, () => {
        const snapshot = own(arn, `Delete${noun}`);
        if (snapshot.view.state === "creating")
          throw refuse(`Delete${noun}`, state, `${arn} is being created`);
        cloud.dbSnapshots.splice(cloud.dbSnapshots.indexOf(snapshot), 1);
      });
    },
    sharedAccounts: async (arn) => {
      const operation = `Describe${WORDS[typeOf(arn)].noun}Attributes`;
      guard(account, region, operation);
      return [...own(arn, operation).sharedWith];
    },
    changeShares: (arn, kind, accounts) => {
      const { noun, state } = WORDS[typeOf(arn)];
      const operation = `Modify${noun}Attribute`;
      return write(operation, () => {
        const snapshot = own(arn, operation);
        const { type, keyArn } = snapshot.view;
        if (kind === "add" && (type !== "manual" || cloud.keys.get(keyArn ?? "")?.manager === "AWS"))
          throw refuse(operation, state, `${arn} cannot be shared`);
        const rest = snapshot.sharedWith.filter((other) => !accounts.includes(other));
        snapshot.sharedWith = kind === "add" ? [...rest, ...accounts] : rest;
      });
    },
    addTags: (arn, tags) =>
      write("AddTagsToResource", () => {
        const { view } = own(arn, "AddTagsToResource");
        view.tags = { ...view.tags, ...tags };
      }),
    removeTags: (arn, keys) =>
      write("RemoveTagsFromResource", () => {
        const { view } = own(arn, "RemoveTagsFromResource");
        view.tags = Object.fromEntries(Object.entries(view.tags).filter(([key]) => !keys.includes(key)));
      }),
  };
}

/** @returns ARN of the copy, which is in progress. @throws RDS's refusal */
function copied(
  cloud: FakeCloud,
  place: Place,
  { of, source, target, keyArn, tags }: CopyDbSnapshotRequest,
  refuse: (code: string, message: string) => Error,
): string {
  const { missing, state, taken } = WORDS[of];
  const { account } = place;
  const found = cloud.dbSnapshots.find(
    (one) =>
      one.view.arn === source && (one.place.account.id === account.id || one.sharedWith.includes(account.id)),
  );
  if (found === undefined) throw refuse(missing, `${source} not found`);
  if (found.view.state !== "available") throw refuse(state, `${source} is not available`);
  const arn = arnOf(place, of, target);
  if (cloud.dbSnapshots.some(({ view }) => view.arn === arn)) throw refuse(taken, `${target} already exists`);
  for (const key of [found.view.keyArn, keyArn]) {
    if (key !== undefined && !cloud.may(account, "kms:CreateGrant", key, "rds"))
      throw refuse("KMSKeyNotAccessibleFault", `The KMS key [${key}] does not exist or is not accessible.`);
  }
  const now = cloud.clock.now().getTime();
  cloud.dbSnapshots.push({
    view: {
      ...found.view,
      ...{ arn, id: target, type: "manual", state: "creating", progressPercent: 0, tags },
      ...{ createdAt: new Date(now).toISOString(), encrypted: true, keyArn },
      // RDS documents it only for copies from another account or Region.
      ...(idOf(found.place) === idOf(place) ? {} : { copiedFrom: source }),
    },
    place,
    visibleAt: now + (cloud.options.lagSeconds ?? 0) * 1000,
    sharedWith: [],
    endsAt: now + (cloud.options.copySeconds ?? 60) * 1000,
  });
  return arn;
}

function arnOf({ account, region }: Place, of: DatabaseType, id: string): string {
  const resource = `${WORDS[of].arnType}:${id}`;
  return formatArn({ partition: "aws", service: "rds", region, account: account.id, resource });
}

function typeOf(arn: string): DatabaseType {
  return parseArn(arn)?.resource.startsWith("cluster-snapshot:") === true ? "cluster" : "instance";
}
