import { KeyferryError } from "../../core/errors";
import type { CopyNode } from "../../topology";
import type { RunContext } from "../engine/context";

/**
 * Points the rule's parameter at a proved copy. Parameter Store accepts the call and validates the image afterwards,
 * so only reading the id back proves it.
 * @throws KeyferryError `NotPublished` when the id does not appear in time
 */
export async function publish(context: RunContext, node: CopyNode, imageId: string): Promise<void> {
  const name = node.rule.publishTo;
  if (name === undefined) return;
  const { clock, settings, signal } = context;
  const parameters = context.aws.parameters(node.place);
  if ((await parameters.get(name)) !== imageId) {
    await parameters.put({ name, value: imageId, dataType: "aws:ec2:image", overwrite: true });
    const since = clock.now().getTime();
    while ((await parameters.get(name)) !== imageId) {
      if (clock.now().getTime() - since >= settings.publishTimeoutSeconds * 1000) throw notPublished();
      await clock.sleep(settings.pollMinSeconds, signal);
    }
  }
  context.emit({ code: "ImagePublished", node: node.id, parameter: name, imageId });

  function notPublished(): KeyferryError {
    const { account, region } = node.place;
    return new KeyferryError(
      `the parameter ${name} in ${account.id} ${region} does not show ${imageId} after ${settings.publishTimeoutSeconds} s`,
      {
        code: "NotPublished",
        source: "aws",
        account: account.id,
        fix: `see the parameter's history in account ${account.id}: Parameter Store validates an image after the call has returned, and drops it without a word`,
      },
    );
  }
}
