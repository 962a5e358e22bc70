import { LINEAGE_TAGS, type CopyNode, type Topology } from "../../topology";
import type { Filters } from "../aws";

type Tags = Readonly<Record<string, string>>;

/** Where a copy comes from. */
export interface Origin {
  /** Id of the image at the start of the journey. */
  readonly sourceImageId: string;
  /** Id of the image that it is made from. @default - not written: a copy that version 0.1 made */
  readonly parentImageId?: string;
}

/** The tags of one attempt at one copy: where it comes from, and the user's own. */
export function copyTags(
  topology: Topology,
  node: CopyNode,
  { sourceImageId, parentImageId }: Origin,
  attempt: number,
): Tags {
  return {
    ...node.tags,
    [LINEAGE_TAGS.topology]: topology.name,
    [LINEAGE_TAGS.node]: node.id,
    [LINEAGE_TAGS.role]: node.role,
    [LINEAGE_TAGS.source]: sourceImageId,
    ...(parentImageId === undefined ? {} : { [LINEAGE_TAGS.parent]: parentImageId }),
    [LINEAGE_TAGS.attempt]: String(attempt),
  };
}

/** The tags that users have set: neither AWS's own nor ours. */
export function userTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^(aws|keyferry):/i.test(key)));
}

/** The tags of the copy of one snapshot: those of the copy, and the snapshot's own where the topology does not name them. */
export function snapshotTags(node: CopyNode, copy: Tags, own: Tags = {}): Tags {
  const { carryTags, tags } = node.rule;
  const carried = carryTags ? Object.entries(own).filter(([key]) => !(key in tags)) : [];
  return { ...copy, ...Object.fromEntries(carried) };
}

/** The tags of a parameter that the script writes. */
export function parameterTags(topology: Topology, role: ParameterRole): Tags {
  return { [LINEAGE_TAGS.topology]: topology.name, [LINEAGE_TAGS.role]: role };
}

/** What a parameter is for. */
export type ParameterRole = "lease" | "intent" | "rollback" | "published";

/** Finds what claims to be a node's copies, of one source image or of any; `lineage-proof.ts` tells which of them are. */
export function copyFilters(topology: Topology, node: CopyNode, sourceImageId?: string): Filters {
  return {
    [`tag:${LINEAGE_TAGS.topology}`]: [topology.name],
    [`tag:${LINEAGE_TAGS.node}`]: [node.id],
    [`tag:${LINEAGE_TAGS.role}`]: [node.role],
    ...(sourceImageId === undefined ? {} : { [`tag:${LINEAGE_TAGS.source}`]: [sourceImageId] }),
  };
}

/** @default 1 - where the tag is missing */
export function attemptOf(tags: Tags): number {
  return Number.parseInt(tags[LINEAGE_TAGS.attempt] ?? "1", 10) || 1;
}
