/** Tags of all RDS resources: those of snapshots are here, all others in moto. */
import { parseArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../contract";
import { understanding } from "../../known-parameters";
import { flatten } from "../ec2/input";
import { FAMILIES, snapshotNotFound, type SnapshotFamily } from "./family";
import { ownSnapshot, snapshotCheck } from "./find";
import { names, readTags, required, requestTagContext } from "./input";
import type { DbSnapshot, RdsState } from "./state";
import { tagList } from "./wire";

type Change = (tags: DbSnapshot["tags"], call: Call) => DbSnapshot["tags"];

export function tagOperations(state: RdsState): Readonly<Record<string, Operation>> {
  return {
    AddTagsToResource: changing(state, ["Tags"], (tags, { input }) => ({ ...tags, ...readTags(input) })),
    RemoveTagsFromResource: changing(state, ["TagKeys"], (tags, { input }) => {
      const gone = names(input, "TagKeys", "member");
      return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.includes(key)));
    }),
    ListTagsForResource: understanding(["ResourceName", "Filters"], {
      checks: (call) => checks(state, call),
      run: (call, cloud) => {
        const snapshot = snapshotOf(state, call);
        return snapshot === undefined ? askMoto(call, cloud) : { TagList: tagList(snapshot.tags) };
      },
    }),
  };
}

function changing(state: RdsState, parameters: readonly string[], change: Change): Operation {
  return understanding(["ResourceName", ...parameters], {
    checks: (call) => checks(state, call),
    run: (call, cloud) => {
      const snapshot = snapshotOf(state, call);
      if (snapshot === undefined) return askMoto(call, cloud);
      snapshot.tags = change(snapshot.tags, call);
      return {};
    },
  });
}

function checks(state: RdsState, call: Call): readonly AccessCheck[] {
  const resource = required(call.input, "ResourceName");
  const tags = readTags(call.input);
  const removed = names(call.input, "TagKeys", "member");
  const context = removed.length > 0 ? { "aws:TagKeys": removed } : requestTagContext(tags);
  const family = familyOf(resource);
  if (family === undefined) return [{ action: `rds:${call.operation}`, resource, context }];
  return [snapshotCheck(state, call, family, resource, context)];
}

/** Undefined for anything but a snapshot. @throws DBSnapshotNotFound */
function snapshotOf(state: RdsState, call: Call): DbSnapshot | undefined {
  const resource = required(call.input, "ResourceName");
  const family = familyOf(resource);
  if (family === undefined) return undefined;
  const snapshot = ownSnapshot(state, call, family, resource);
  if (snapshot.arn !== resource) throw snapshotNotFound(family, resource);
  return snapshot;
}

function familyOf(arn: string): SnapshotFamily | undefined {
  const [type] = parseArn(arn)?.resource.split(":") ?? [];
  return FAMILIES.find(({ arnType }) => arnType === type);
}

async function askMoto(call: Call, cloud: Cloud): Promise<JsonObject> {
  const { caller, region, operation, input } = call;
  return cloud.moto.query("rds", caller.account, region, operation, flatten(input));
}
