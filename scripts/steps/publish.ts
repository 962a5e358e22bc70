import { KeyferryError } from "../../core/errors";
import type { CopyNode } from "../../topology";
import { nextTick } from "../engine/clock";
import type { StepContext } from "../engine/context";
import { throwIfAborted } from "../engine/graph-runner";
import { parameterTags } from "../engine/lineage";

/**
 * Points the rule's parameter at a proved copy. Parameter Store accepts the call and validates the image afterwards,
 * so only reading the id back proves it.
 * @param known what it showed when it was last read. @default - it is read
 * @throws KeyferryError `NotPublished` when the id does not appear in time; `Interrupted` before anything is written
 */
export async function publish(
  context: StepContext,
  node: CopyNode,
  imageId: string,
  known?: { readonly shown: string | undefined },
): Promise<void> {
  const name = node.rule.publishTo;
  if (name === undefined) return;
  const { clock, settings, signal } = context;
  // Whoever has lost the lease must not publish over what its new owner does.
  throwIfAborted(signal);
  const parameters = context.aws.parameters(node.place);
  const { shown } = known ?? { shown: await parameters.get(name) };
  if (shown !== imageId) {
    const tags = parameterTags(context.topology, "published");
    const parameter = { name, value: imageId, dataType: "aws:ec2:image", tags } as const;
    // A call that may overwrite takes no tags, and a parameter that somebody else has made lacks ours.
    if (shown !== undefined) await parameters.tag(name, tags);
    const isCreated = shown === undefined && (await parameters.put({ ...parameter, overwrite: false }));
    if (!isCreated) await parameters.put({ ...parameter, overwrite: true });
    const since = clock.now().getTime();
    do {
      if (clock.now().getTime() - since >= settings.publishTimeoutSeconds * 1000) throw notPublished();
      await nextTick(clock, settings.publishLookSeconds, signal);
    } while ((await parameters.get(name)) !== imageId);
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
