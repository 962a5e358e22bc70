/** CreateTags, DeleteTags, DescribeTags: resources stored here are tagged here, the others in moto, a mixed call in both. */
import { imageArn, snapshotArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, Json, JsonObject, Operation } from "../../../contract";
import { anyResource, ec2Arn, ownCheck, requestTagContext, tagContext } from "../access";
import { visibleImage, visibleSnapshot } from "../catalogue";
import { kindOfId, notFound, type ResourceKind } from "../errors";
import { applyFilters, type FilterTable } from "../filters";
import { answerItems, flatten, missingParameter, objects, text, texts } from "../input";
import { DONE, ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State } from "../state";
import { allTags, readTags, removeTags, setTags, tagsOf } from "./tags";

/** Resource types of ARNs by the prefix of the id. Source: service authorization reference, "Amazon EC2". */
const TYPES: Readonly<Record<string, string>> = {
  ami: "image",
  snap: "snapshot",
  i: "instance",
  vol: "volume",
  lt: "launch-template",
  sg: "security-group",
  sgr: "security-group-rule",
  subnet: "subnet",
  vpc: "vpc",
  rtb: "route-table",
  igw: "internet-gateway",
  acl: "network-acl",
  eni: "network-interface",
  key: "key-pair",
};

function typeOf(resourceId: string): string {
  return TYPES[resourceId.split("-")[0] ?? ""] ?? "*";
}

interface TagRow {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

const FILTERS: FilterTable<TagRow> = {
  key: (row) => [row.key],
  "resource-id": (row) => [row.resourceId],
  "resource-type": (row) => [row.resourceType],
  value: (row) => [row.value],
};

export function tagOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    CreateTags: ec2Operation({
      parameters: ["ResourceId", "Tag"],
      checks: (call) => tagChecks(state, call),
      run: async (call, cloud) => {
        const tags = readTags(call.input);
        const own = ownIds(state, call);
        await forward(call, cloud);
        for (const id of own) setTags(state, call.caller.account, id, tags);
        return DONE;
      },
    }),
    DeleteTags: ec2Operation({
      parameters: ["ResourceId", "Tag"],
      checks: (call) => tagChecks(state, call),
      run: async (call, cloud) => {
        const goes = deletionOf(call);
        const own = ownIds(state, call);
        await forward(call, cloud);
        for (const id of own) removeTags(state, call.caller.account, id, goes);
        return DONE;
      },
    }),
    DescribeTags: ec2Operation({
      parameters: ["Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call, cloud) => describe(state, call, cloud),
    }),
  };
}

function tagChecks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const ids = texts(call.input, "ResourceId");
  if (ids.length === 0) throw missingParameter("resourceIdSet");
  const requested = requestTagContext(readTags(call.input));
  return ids.map((id) =>
    ownCheck(call, arnOf(call, id), { ...requested, ...tagContext(tagsOf(state, call.caller.account, id)) }),
  );
}

function arnOf(call: Call, id: string): string {
  const kind = kindOfId(id);
  if (kind === "image") return imageArn(call.region, id);
  if (kind === "snapshot") return snapshotArn(call.region, id);
  return ec2Arn(call, `${typeOf(id)}/${id}`);
}

/** @throws the kind's NotFound error for an id that the caller cannot see; shared images and snapshots can be tagged */
function ownIds(state: Ec2State, call: Call): readonly string[] {
  return texts(call.input, "ResourceId").filter((id) => {
    const kind = kindOfId(id);
    if (kind === undefined) return false;
    if (!isVisible(state, kind, id, call)) throw notFound(kind, id);
    return true;
  });
}

function isVisible(state: Ec2State, kind: ResourceKind, id: string, call: Call): boolean {
  const { account } = call.caller;
  switch (kind) {
    case "image":
      return visibleImage(state, id, account, call.region) !== undefined;
    case "snapshot":
      return visibleSnapshot(state, id, account, call.region) !== undefined;
    case "instance":
      return state.instances[id]?.owner === account && state.instances[id].region === call.region;
    case "volume":
      return state.volumes[id]?.owner === account && state.volumes[id].region === call.region;
    case "launch-template": {
      const template = state.launchTemplates[id];
      return template?.owner === account && template.region === call.region;
    }
  }
}

/** Passes on the ids of resources that are not stored here. */
async function forward(call: Call, cloud: Cloud): Promise<void> {
  const others = texts(call.input, "ResourceId").filter((id) => kindOfId(id) === undefined);
  if (others.length === 0) return;
  const input: JsonObject = { ResourceId: others, Tag: call.input.Tag };
  await cloud.moto.query("ec2", call.caller.account, call.region, call.operation, flatten(input));
}

/** Without a value the key is removed regardless of its value; without tags all of them are removed. */
function deletionOf(call: Call): (key: string, value: string) => boolean {
  const wanted = objects(call.input, "Tag");
  if (wanted.length === 0) return () => true;
  return (key, value) =>
    wanted.some(
      (tag) => text(tag, "Key") === key && (!("Value" in tag) || (text(tag, "Value") ?? "") === value),
    );
}

async function describe(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const { account } = call.caller;
  const own = allTags(state, account)
    .filter(([id]) => isHere(state, id, call))
    .flatMap(([resourceId, tags]) =>
      Object.entries(tags).map(([key, value]) => ({
        resourceId,
        resourceType: typeOf(resourceId),
        key,
        value,
      })),
    );
  const chosen = applyFilters(own, call.input, FILTERS, (row) => ({ [row.key]: row.value }));
  const input = flatten({ Filter: call.input.Filter as Json });
  const answer = await cloud.moto.query("ec2", account, call.region, "DescribeTags", input);
  const { items, nextToken } = page([...chosen, ...answerItems(answer.tagSet)], call.input);
  return { tagSet: items.map((row) => ({ ...row })), nextToken };
}

function isHere(state: Ec2State, id: string, call: Call): boolean {
  const kind = kindOfId(id);
  return kind !== undefined && isVisible(state, kind, id, call);
}
