import type { ShareNode } from "../../topology";
import { isAwsError } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { isHeld } from "../engine/hold";
import type { PlannedShare } from "../engine/results";
import type { CopyStates } from "./assess";
import type { RuleToCarry } from "./rule-to-carry";

/**
 * What a run does for accounts that launch from images of the source's account. If the state cannot be read, the step is planned
 * as necessary: a run checks before it makes the change. Reads only.
 * @param closed accounts (12 digits) whose role cannot be assumed
 */
export function plannedShares(
  context: ReadContext,
  rule: RuleToCarry,
  states: CopyStates,
  closed: { has(account: string): boolean },
): Promise<readonly PlannedShare[]> {
  return concurrently(rule.graph.shares, async (share): Promise<PlannedShare> => {
    const { place, owner, of } = share;
    const parameter = share.rule.publishTo;
    const imageId = of === undefined ? rule.graph.source.id : states.get(of)?.living?.id;
    const open = [place, owner].every(({ account }) => !closed.has(account.id));
    const look = open ? await lookAt(context, rule, share, imageId) : { isShared: false };
    const isHeldBack = isHeld(rule.hold, share, rule.graph.source.id);
    const isShown = parameter === undefined || look.shows === imageId;
    const shows = look.shows === undefined ? {} : { shows: look.shows };
    return {
      node: share.id,
      account: place.account.id,
      accountName: place.account.name,
      region: place.region,
      owner: owner.account.name,
      ...(imageId === undefined ? {} : { imageId }),
      isDone: look.isShared && (isShown || isHeldBack),
      ...(isShown || isHeldBack ? {} : { publishes: { parameter, ...shows } }),
      ...(isHeldBack ? { heldBackFor: rule.graph.source.id } : {}),
    };
  });
}

interface Look {
  readonly isShared: boolean;
  /** Image id. @default - there is no parameter, or it cannot be read */
  readonly shows?: string;
}

async function lookAt(
  { aws }: ReadContext,
  { kind }: RuleToCarry,
  { rule, place, owner }: ShareNode,
  imageId: string | undefined,
): Promise<Look> {
  try {
    const [shows, accounts] = await Promise.all([
      rule.publishTo === undefined ? undefined : aws.parameters(place).get(rule.publishTo),
      imageId === undefined
        ? undefined
        : kind.sharing(aws, owner).resources({ id: imageId, snapshotIds: [] }).at(-1)?.accountsNow(),
    ]);
    return {
      isShared: accounts?.includes(place.account.id) === true,
      ...(shows === undefined ? {} : { shows }),
    };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { isShared: false };
  }
}
