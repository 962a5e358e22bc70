import { declaredKind, rulePath, type Rule } from "../../../topology";
import type { ReadContext } from "../../../scripts/engine/context";
import { check, type Finding } from "../../../scripts/engine/finding";
import type { Intent } from "../../../scripts/engine/intent";
import { pinnedSourceGone } from "../../shared/pinned-source-gone";
import { snapshotProblem } from "../../shared/snapshot-problem";
import type { SnapshotCopy } from "./snapshot-copy";

const say = check("source-snapshot");

/** Whether the snapshot to copy exists, and AWS would copy it. */
export async function checkSource(
  _context: ReadContext,
  rule: Rule,
  source: SnapshotCopy | undefined,
  intent?: Intent,
): Promise<readonly Finding[]> {
  const { account, region, select } = rule.from;
  const place = `account ${account.id} ${region}`;
  if (source !== undefined) {
    const problem = snapshotProblem(source.snapshot);
    if (problem === undefined) return [say.passed(rule.name, `${source.id} is completed in ${place}`)];
    const fix = `account ${account.id} must ${problem.fix}`;
    return [say.failed(rule.name, `${source.id} ${problem.what}`, fix, account.id)];
  }
  if (intent !== undefined) return [pinnedSourceGone(say, rule, intent, "snapshot")];
  const words = declaredKind(rule).selectorWords(select);
  return [
    say.failed(
      rule.name,
      "snapshotId" in select
        ? `${place} does not own ${words}`
        : `${place} owns no completed snapshot that matches "${words}"`,
      `correct ${rulePath(rule)}.from`,
    ),
  ];
}
