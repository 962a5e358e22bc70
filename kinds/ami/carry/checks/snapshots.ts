import type { Rule } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import type { ReadContext } from "../../../../scripts/engine/context";
import { check, type Finding } from "../../../../scripts/engine/finding";
import { snapshotProblem } from "../../../shared/snapshot-problem";

const say = check("snapshots");

/**
 * Whether every snapshot of the image is complete and in the standard tier; archived ones can be neither shared nor
 * copied. A lock prevents the deletion of a snapshot, but not its copy. Source: EBS user guide, "Archive snapshots".
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
    const problem = snapshotProblem(looked.value.find((snapshot) => snapshot.snapshotId === snapshotId));
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
