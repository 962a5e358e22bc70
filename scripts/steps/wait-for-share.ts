import { KeyferryError } from "../../core/errors";
import type { ShareNode } from "../../topology";
import { nextTick } from "../engine/clock";
import type { StepContext } from "../engine/context";

/**
 * Waits until the account that an image was shared with can describe it: a new share may not be visible everywhere yet.
 * @throws KeyferryError `ShareNotSeen` if it is not visible in time
 */
export async function waitForShare(
  context: StepContext,
  { place }: ShareNode,
  imageId: string,
): Promise<void> {
  const { clock, settings, signal } = context;
  const since = clock.now().getTime();
  for (;;) {
    if (await context.aws.images(place).mayLaunch(imageId)) return;
    if (clock.now().getTime() - since >= settings.settleSeconds * 1000) break;
    await nextTick(clock, settings.publishLookSeconds, signal);
  }
  const { account, region } = place;
  throw new KeyferryError(`account ${account.id} cannot see the shared image ${imageId} in ${region}`, {
    code: "ShareNotSeen",
    source: "aws",
    account: account.id,
    fix: `check whether account ${account.id} allows images of other accounts in ${region} (Allowed AMIs), and run again`,
  });
}
