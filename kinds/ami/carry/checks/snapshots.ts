import type { Rule } from "../../../../topology";
import type { ImageView, SnapshotView } from "../../../../scripts/aws";
import type { ReadContext } from "../../../../scripts/engine/context";
import { check, type Finding } from "../../../../scripts/engine/finding";

const say = check("snapshots");

/**
 * Whether every snapshot of the image is complete and in the standard tier; archived ones can be neither shared nor
 * copied. A lock keeps a snapshot from being deleted, not from being copied. Source: EBS user guide, "Archive snapshots".
 */
export async function checkSnapshots(
  { aws }: ReadContext,
  rule: Rule,
  image: ImageView,
): Promise<readonly Finding[]> {
  const ids = image.volumes.map(({ snapshotId }) => snapshotId);
  if (ids.length === 0) return [];
  const looked = await say.looking(rule.name, () =>
    aws.images(rule.from).describeSnapshots({ "snapshot-id": ids }),
  );
  if ("finding" in looked) return [looked.finding];
  const wrong = image.volumes.flatMap(({ snapshotId, deviceName }) => {
    const problem = problemOf(looked.value.find((snapshot) => snapshot.snapshotId === snapshotId));
    if (problem === undefined) return [];
    const { account } = rule.from;
    return [
      say.failed(
        rule.name,
        `${snapshotId} (${deviceName}) ${problem.what}`,
        `account ${account.id} must ${problem.fix}`,
        account.id,
      ),
    ];
  });
  return wrong.length > 0 ? wrong : [say.passed(rule.name, `all ${ids.length} snapshots are complete`)];
}

function problemOf(
  snapshot: SnapshotView | undefined,
): { readonly what: string; readonly fix: string } | undefined {
  if (snapshot === undefined) {
    return {
      what: "is no longer there, or belongs to another account",
      fix: "restore it from the Recycle Bin, or build the image again",
    };
  }
  if (snapshot.archived === true) {
    return {
      what: "is archived; archived snapshots can be neither shared nor copied",
      fix: "restore it to the standard tier (RestoreSnapshotTier, up to 72 hours)",
    };
  }
  if (snapshot.state === "completed") return undefined;
  return {
    what: `is ${snapshot.state}${snapshot.stateMessage === undefined ? "" : `: ${snapshot.stateMessage}`}`,
    fix: "wait until it is completed, or build the image again",
  };
}
