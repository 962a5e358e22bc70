import { must } from "../../../core/must";
import type { RunContext } from "../../engine/context";
import { isHeld } from "../../engine/hold";
import { launchSharerOf } from "../../engine/share-record";
import type { PublishShare, ShareImage } from "../../planning/actions";
import { publish } from "../../steps/publish";
import { shareCopy } from "../../steps/share-copy";
import { sharingOf } from "../../steps/sharing-of";
import { waitForShare } from "../../steps/wait-for-share";
import type { RuleProgress } from "./progress";

/**
 * Shares an image with the accounts that launch from it; its snapshots are not shared. Source: EC2 user guide, Share an
 * AMI with specific AWS accounts: sharing an AMI lets other accounts launch it, and shares no snapshot.
 */
export async function shareImage(
  context: RunContext,
  progress: RuleProgress,
  { owner, of, accounts }: ShareImage,
): Promise<void> {
  const { kind, graph } = progress.rule;
  const image = { id: imageOf(progress, of), snapshotIds: [] };
  const sharer = launchSharerOf(context.topology, graph.rule);
  await shareCopy(context, sharingOf(kind, owner), image, accounts, sharer, new Map(), true);
}

/** Publishes a shared image in the account that launches it, unless a rollback holds it back. */
export async function publishShare(
  context: RunContext,
  progress: RuleProgress,
  { share }: PublishShare,
): Promise<void> {
  const { graph, hold } = progress.rule;
  const imageId = imageOf(progress, share.of);
  await waitForShare(context, share, imageId);
  const parameter = share.rule.publishTo;
  if (parameter !== undefined && isHeld(hold, share, graph.source.id)) {
    const { showing } = hold;
    context.emit({ code: "PublicationHeld", node: share.id, parameter, imageId, showing });
    progress.arrived.set(share.id, { imageId, isHeldBack: true });
    return;
  }
  await publish(context, share, imageId);
  progress.arrived.set(share.id, { imageId, isHeldBack: false });
}

function imageOf({ rule, made }: RuleProgress, of: string | undefined): string {
  return of === undefined ? rule.graph.source.id : must(made.get(of), `the copy of ${of}`).copy.id;
}
