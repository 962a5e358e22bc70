import { declaredKind, rulePath, type Rule } from "../../../topology";
import type { DbSnapshotView } from "../../../scripts/aws";
import type { ReadContext } from "../../../scripts/engine/context";
import { check, type Finding } from "../../../scripts/engine/finding";
import type { Intent } from "../../../scripts/engine/intent";
import { pinnedSourceGone } from "../../shared/pinned-source-gone";
import { uncopiable, type Uncopiable } from "../declare/uncopiable";
import { fateOf, type DatabaseCopy } from "./database-copy";

const say = check("source-database-snapshot");

/** Maximum length of a tag value; lineage tags and records of shares contain the source's ARN. Source: RDS user guide, "Tagging". */
const MAX_TAG_VALUE = 256;
/** Characters reserved for a lease number and one account. */
const RECORD = 40;

/** Whether the snapshot to copy exists, and RDS would copy it. */
export async function checkSource(
  _context: ReadContext,
  rule: Rule,
  source: DatabaseCopy | undefined,
  intent?: Intent,
): Promise<readonly Finding[]> {
  const { account, region, select } = rule.from;
  const place = `account ${account.id} ${region}`;
  if (source !== undefined) {
    const problem = problemOf(source.snapshot);
    if (problem !== undefined) {
      const fix = `account ${account.id} must ${problem.fix}`;
      return [say.failed(rule.name, `${source.id} ${problem.what}`, fix, account.id)];
    }
    return [say.passed(rule.name, `${source.id} is available`, adviceOn(source.snapshot))];
  }
  if (intent !== undefined) return [pinnedSourceGone(say, rule, intent, "snapshot")];
  const words = declaredKind(rule).selectorWords(select);
  return [
    say.failed(
      rule.name,
      "snapshot" in select
        ? `${place} does not own the snapshot ${words}`
        : `${place} owns no available snapshot: ${words}`,
      `correct ${rulePath(rule)}.from`,
    ),
  ];
}

/** Why RDS cannot copy a snapshot under a named key. */
function problemOf(snapshot: DbSnapshotView): Uncopiable | undefined {
  const { arn, state } = snapshot;
  if (fateOf(snapshot) !== "available") return { what: `is ${state}`, fix: "wait until it is available" };
  const problem = uncopiable(snapshot);
  if (problem !== undefined) return problem;
  if (arn.length + RECORD > MAX_TAG_VALUE) {
    return {
      what: "has an ARN that is too long for the tags that record where copies come from",
      fix: "copy it under a shorter identifier, and use that copy as the source",
    };
  }
  return undefined;
}

/** A note about properties that the copies do not have. */
function adviceOn({ optionGroup }: DbSnapshotView): string | undefined {
  if (optionGroup === undefined || optionGroup.startsWith("default:")) return undefined;
  return `its option group ${optionGroup} is not copied: copies in other accounts and Regions have the default option group`;
}
