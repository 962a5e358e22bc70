import type { Rule } from "../../topology";
import type { check, Finding } from "../../scripts/engine/finding";
import type { Intent } from "../../scripts/engine/intent";

/**
 * What an unfinished run has pinned is not there any more.
 * @param what it is, in a word: `image`, `snapshot`
 */
export function pinnedSourceGone(
  say: ReturnType<typeof check>,
  { name, from: { account, region } }: Rule,
  { startedAt, sourceImageId }: Intent,
  what: string,
): Finding {
  return say.failed(
    name,
    `the run that began at ${startedAt} carries ${sourceImageId}, which is no longer in account ${account.id} ${region}`,
    `run with --repin to give that ${what} up and carry the one that matches now`,
    account.id,
  );
}
