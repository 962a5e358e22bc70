import { formatArn, parseArn } from "@keyferry/common";
import { must } from "../../../core/must";
import type { CopyNode } from "../../../topology";
import { dbSnapshotArn } from "../../../scripts/aws";
import type { RunContext } from "../../../scripts/engine/context";
import { copyTags } from "../../../scripts/engine/lineage";
import { sharedWithTags, sharerOf } from "../../../scripts/engine/share-record";
import type { Attempt, CopyOrigin } from "../../kind";
import { tellingStart } from "../../shared/telling-start";
import { RUN_TAG } from "../declare/lineage";
import { copyIdentifier, proofOf } from "./lineage-proof";
import { isTaken, snapshotsByArns } from "./look";

/**
 * Calls CopyDBSnapshot or CopyDBClusterSnapshot in the Region of the copy: across account and Region in one step. The identifier of
 * the copy is derived from its source and the attempt, and RDS refuses a second snapshot with it: repeating the same attempt, from
 * any machine, returns the same copy.
 * @returns ARN of the copy
 * @throws AwsCallError `DBSnapshotAlreadyExists` if a snapshot that no run created has the identifier
 */
export async function startCopy(
  context: RunContext,
  node: CopyNode,
  origin: CopyOrigin,
  keyArn: string,
  { number: attempt, of: run }: Attempt,
): Promise<string> {
  const lineage = {
    ...copyTags(context.topology, node, { sourceId: origin.sourceId, parentId: origin.id }, attempt),
    [RUN_TAG]: run,
  };
  const { of } = dbSnapshotArn(origin.id);
  const target = copyIdentifier(lineage);
  const tags = {
    ...lineage,
    ...sharedWithTags(sharerOf(context.topology, node.rule), origin.shareWith ?? []),
  };
  return tellingStart(context, node, origin, attempt, () =>
    copyOnce(context, node, { of, source: origin.id, target, keyArn, tags }),
  );
}

type Request = Parameters<ReturnType<RunContext["aws"]["databases"]>["copySnapshot"]>[0];

async function copyOnce({ aws }: RunContext, { place }: CopyNode, request: Request): Promise<string> {
  try {
    return await aws.databases(place).copySnapshot(request);
  } catch (error) {
    if (!isTaken(error)) throw error;
    const [found] = await snapshotsByArns(aws, place, [ownArn(place, request)]);
    if (found === undefined || proofOf(found) !== "ours") throw error;
    return found.arn;
  }
}

/** The ARN of the copy: the source's ARN with the place and identifier of the copy. */
function ownArn({ account, region }: CopyNode["place"], { source, target }: Request): string {
  const arn = must(parseArn(source), `the ARN ${source}`);
  const [type] = arn.resource.split(":");
  return formatArn({ ...arn, region, account: account.id, resource: `${type}:${target}` });
}
