import { canonicalJson, sha256 } from "@keyferry/common";
import type { CopyNode } from "../../../topology";
import type { RunContext } from "../../../scripts/engine/context";
import { copyTags } from "../../../scripts/engine/lineage";
import type { Attempt, CopyOrigin } from "../../kind";
import { tellingStart } from "../../shared/telling-start";
import { registerCopy } from "./registered/register-copy";
import { restoreCopy } from "./stored/restore-copy";
import { sharedWithTags, sharerOf } from "../../../scripts/engine/share-record";

/** Maximum length of a ClientToken that we send; EC2 accepts 128. Source: EC2 API reference, CopyImage. */
const TOKEN_LENGTH = 64;

/**
 * Calls CopyImage, or restores an image that is copied through S3, or registers one whose snapshots are copied one by one. The token
 * is a hash of the whole request and the attempt: repeating the same attempt, from any machine, returns the same image instead of
 * creating a second one. EC2 does not document how long it remembers a token.
 * @returns id of the copy, which is pending, or may have failed long ago if the attempt was made before
 */
export async function startCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  tried: Attempt,
): Promise<string> {
  if (node.restored !== undefined) return restoreCopy(context, node, origin, tried);
  if (node.registered !== undefined) return registerCopy(context, node, origin, keyArn, tried);
  const { number: attempt, of } = tried;
  const request = {
    name: node.copyName,
    ...(origin.description === undefined ? {} : { description: origin.description }),
    sourceImageId: origin.id,
    sourceRegion: origin.region,
    keyArn,
    tags: {
      ...copyTags(context.topology, node, { sourceId: origin.sourceId, parentId: origin.id }, attempt),
      ...sharedWithTags(sharerOf(context.topology, node.rule), origin.shareWith ?? []),
    },
  };
  const { account, region } = node.place;
  const call = { request, account: account.id, region, attempt, of };
  const clientToken = sha256(canonicalJson(call)).slice(0, TOKEN_LENGTH);
  return tellingStart(context, node, origin, attempt, () =>
    context.aws.images(node.place).copyImage({ ...request, clientToken }),
  );
}
