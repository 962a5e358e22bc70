import type { Rule } from "../../topology";
import type { check, Finding } from "../../scripts/engine/finding";
import type { Intent } from "../../scripts/engine/intent";

/**
 * The source that an unfinished run has pinned no longer exists.
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
    `the run that began at ${startedAt} copies ${sourceImageId}, which is no longer in account ${account.id} ${region}`,
    `run with --repin to give up that ${what} and copy the one that matches now`,
    account.id,
  );
}
