import { nodeIdIn, type NodeId } from "../../../topology/ids";
import { isRecord } from "@keyferry/common";
import { LINEAGE_TAGS } from "../../../topology";
import type { TrailRecord } from "../../aws";

/** A copy that a run made or tried to make, as CloudTrail records the call. */
export interface MadeCopy {
  readonly node: NodeId;
  /** ARN of the session that called. */
  readonly session: string;
  /** The key that was requested for the copy. */
  readonly keyArn: string;
  readonly sourceRegion: string;
}

/** The operations that copy. */
export const COPYING = ["CopyImage", "CopySnapshot"] as const;

/** @param topology only its copies are returned */
export function madeCopy({ principal, request }: TrailRecord, topology: string): readonly MadeCopy[] {
  const tags = tagsIn(request);
  const node = nodeIdIn(tags.get(LINEAGE_TAGS.node));
  const session = principal.arn;
  if (node === undefined || session === undefined || tags.get(LINEAGE_TAGS.topology) !== topology) return [];
  // CloudTrail records the key of a copy under this name, although the API uses another one.
  const keyArn = textIn(request, "masterEncryptionKeyId") ?? textIn(request, "kmsKeyId") ?? "";
  return [{ node, session, keyArn, sourceRegion: textIn(request, "sourceRegion") ?? "" }];
}

/** Tags of a request, at any depth of CloudTrail's record. */
function tagsIn(value: unknown): ReadonlyMap<string, string> {
  if (Array.isArray(value)) return new Map(value.flatMap((one) => [...tagsIn(one)]));
  if (!isRecord(value)) return new Map();
  const { key, value: text } = value;
  if (typeof key === "string" && typeof text === "string") return new Map([[key, text]]);
  return tagsIn(Object.values(value));
}

function textIn(request: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const found = request[name];
  return typeof found === "string" ? found : undefined;
}
