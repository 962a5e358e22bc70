import { canonicalJson, sha256 } from "../../core/hash";
import type { CopyNode } from "../../topology";
import type { RunContext } from "../engine/context";
import { copyTags } from "../engine/lineage";
import { sharedWithTags, sharerOf } from "../engine/share-record";

/** The image that a copy is made from. */
export interface CopyOrigin {
  readonly imageId: string;
  readonly region: string;
  readonly description?: string;
  /** Id of the image at the start of the journey; written on every copy. */
  readonly sourceImageId: string;
  /** Id of the run that began the journey: whoever resumes it repeats the calls of that run. */
  readonly intent: string;
  /**
   * Accounts (12 digits) that the copy will be shared with, recorded on it from the call on that makes it.
   * @default - it is not known yet that it will be
   */
  readonly shareWith?: readonly string[];
}

/** Which of the calls that could make a copy. */
export interface Attempt {
  /** From 1; written on the copy. */
  readonly number: number;
  /** Id of the run whose call it is, made by itself or by one that resumes it. */
  readonly of: string;
}

/** Longest ClientToken that we send; EC2 takes 128. Source: EC2 API reference, CopyImage. */
const TOKEN_LENGTH = 64;

/**
 * Calls CopyImage. The token is a hash of the whole request and the attempt: the same attempt again, from any machine,
 * gives the same image instead of a second one, for ever. EC2 does not say how long it remembers a token.
 * @returns id of the copy, which is pending, or long dead where the attempt had been made before
 */
export async function startCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  { number: attempt, of }: Attempt,
): Promise<string> {
  context.emit({ code: "CopyStarting", node: node.id, fromImageId: origin.imageId, attempt });
  const request = {
    name: node.imageName,
    ...(origin.description === undefined ? {} : { description: origin.description }),
    sourceImageId: origin.imageId,
    sourceRegion: origin.region,
    keyArn,
    tags: {
      ...copyTags(
        context.topology,
        node,
        { sourceImageId: origin.sourceImageId, parentImageId: origin.imageId },
        attempt,
      ),
      ...sharedWithTags(sharerOf(context.topology, node.rule), origin.shareWith ?? []),
    },
  };
  const { account, region } = node.place;
  const call = { request, account: account.id, region, attempt, of };
  const clientToken = sha256(canonicalJson(call)).slice(0, TOKEN_LENGTH);
  const imageId = await context.aws.images(node.place).copyImage({ ...request, clientToken });
  context.emit({
    code: "CopyStarted",
    node: node.id,
    imageId,
    fromImageId: origin.imageId,
    origin: origin.sourceImageId,
    attempt,
  });
  return imageId;
}
