import { declaredKind, declaredKinds, LINEAGE_TAGS, type CopyNode, type Topology } from "../../topology";
import type { Filters } from "../aws";

type Tags = Readonly<Record<string, string>>;

/** A copy has the tag of its own kind. */
const SOURCE_TAGS = declaredKinds().map(({ lineage }) => lineage.source);

/** The origin of a copy. */
export interface Origin {
  /** Id of the source from which the first copy was made. */
  readonly sourceId: string;
  /** Id of its direct source. @default - not written: a copy that version 0.1 made */
  readonly parentId?: string;
}

/** The tags of one attempt at one copy: its origin, and the user's own tags. */
export function copyTags(
  topology: Topology,
  node: CopyNode,
  { sourceId, parentId }: Origin,
  attempt: number,
): Tags {
  const { source, parent } = declaredKind(node.rule).lineage;
  return {
    ...node.tags,
    [LINEAGE_TAGS.topology]: topology.name,
    [LINEAGE_TAGS.node]: node.id,
    [LINEAGE_TAGS.role]: roleOf(node),
    [source]: sourceId,
    ...(parentId === undefined ? {} : { [parent]: parentId }),
    [LINEAGE_TAGS.attempt]: String(attempt),
  };
}

/** `shared`: a final copy that other accounts launch from; only these may be shared by the runner role. */
export function roleOf({ role, destination }: CopyNode): CopyNode["role"] | "shared" {
  return destination?.shares === undefined ? role : "shared";
}

/** The tags that `keyferry keys rekey` writes on a replacement under another key, and on the resource that it replaces. */
export const REKEY_TAGS = {
  /** Name of the topology, on the copy. */
  by: "keyferry:rekeyed-by",
  /** On the copy: id of the image or snapshot that it replaces. */
  from: "keyferry:rekeyed-from",
  /** On the former image or snapshot: id of what replaces it. */
  replacedBy: "keyferry:replaced-by",
} as const;

/** The tags that users set: neither AWS's nor Keyferry's. */
export function userTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !/^(aws|keyferry):/i.test(key)));
}

/** The tags of the copy of one snapshot: those of the copy, and the snapshot's own tags that the topology does not name. */
export function snapshotTags(node: CopyNode, copy: Tags, own: Tags = {}): Tags {
  const { carryTags, tags } = node.rule;
  const carried = carryTags ? Object.entries(own).filter(([key]) => !(key in tags)) : [];
  return { ...copy, ...Object.fromEntries(carried) };
}

/** The tags of a parameter that Keyferry writes. */
export function parameterTags(topology: Topology, role: ParameterRole): Tags {
  return { [LINEAGE_TAGS.topology]: topology.name, [LINEAGE_TAGS.role]: role };
}

/** The purpose of a parameter. */
export type ParameterRole = "lease" | "intent" | "rollback" | "published";

/** Finds resources tagged as a node's copies, of one source or of any; `lineage-proof.ts` of the kind decides which of them are. */
export function copyFilters(topology: Topology, node: CopyNode, sourceId?: string): Filters {
  return {
    [`tag:${LINEAGE_TAGS.topology}`]: [topology.name],
    [`tag:${LINEAGE_TAGS.node}`]: [node.id],
    [`tag:${LINEAGE_TAGS.role}`]: [roleOf(node)],
    ...(sourceId === undefined ? {} : { [`tag:${declaredKind(node.rule).lineage.source}`]: [sourceId] }),
  };
}

/** Id of the source from which the first copy was made, as a copy's tags name it. */
export function sourceOf(tags: Tags): string | undefined {
  return SOURCE_TAGS.map((key) => tags[key]).find((id) => id !== undefined);
}

/** @default 1 - if the tag is missing */
export function attemptOf(tags: Tags): number {
  return Number.parseInt(tags[LINEAGE_TAGS.attempt] ?? "1", 10) || 1;
}
