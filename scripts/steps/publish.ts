import { KeyferryError } from "../../core/errors";
import { declaredKind, type CopyNode } from "../../topology";
import { nextTick } from "../engine/clock";
import type { StepContext } from "../engine/context";
import { throwIfAborted } from "../engine/graph-runner";
import { orTakenBack } from "../engine/late";
import { parameterTags } from "../engine/lineage";
import { whyNotPublishable } from "../engine/published-parameter";
import { takeBackPublication } from "./take-back";

/**
 * Points the rule's parameter at a verified copy. A parameter of someone else, which may have been created since the run started, is
 * not changed. Parameter Store accepts the call and validates the image afterwards, so only reading the id back proves it.
 * @param known its value when it was last read. @default - it is read
 * @throws KeyferryError `ParameterNotOurs`; `NotPublished` when the id does not appear in time; `Interrupted` before anything is written
 */
export async function publish(
  context: StepContext,
  node: Pick<CopyNode, "id" | "rule" | "place">,
  imageId: string,
  known?: { readonly shown: string | undefined },
): Promise<void> {
  const name = node.rule.publishTo;
  if (name === undefined) return;
  const { clock, settings, signal } = context;
  // A run that lost the lease must not overwrite what the new owner publishes.
  throwIfAborted(signal);
  const parameters = context.aws.parameters(node.place);
  const { shown } = known ?? { shown: await parameters.get(name) };
  if (shown !== imageId) {
    const tags = parameterTags(context.topology, "published");
    const parameter = { name, value: imageId, dataType: declaredKind(node.rule).parameterType, tags };
    let seen = await versionOf(name);
    await orTakenBack(
      async () => {
        if (seen === 0) {
          if ((await parameters.put({ ...parameter, overwrite: false })) !== undefined) return;
          // A version written between the read and the call may belong to someone else.
          seen = await versionOf(name);
        }
        if (seen > 0) await parameters.put({ ...parameter, overwrite: true });
      },
      () => takeBackPublication(context, node, imageId, seen),
    );
    const since = clock.now().getTime();
    do {
      if (clock.now().getTime() - since >= settings.publishTimeoutSeconds * 1000) throw notPublished();
      await nextTick(clock, settings.publishLookSeconds, signal);
    } while ((await parameters.get(name)) !== imageId);
  }
  context.emit({ code: "ImagePublished", node: node.id, parameter: name, imageId });

  /** Version of a parameter; 0: there is none. @throws KeyferryError if it does not belong to the topology */
  async function versionOf(parameter: string): Promise<number> {
    const found = await parameters.lookAt(parameter);
    if (found === undefined) return 0;
    const refused = whyNotPublishable(context.topology, node.rule, node.place, parameter, found);
    if (refused === undefined) return found.version;
    throw new KeyferryError(refused.what, {
      code: "ParameterNotOurs",
      source: "user",
      account: node.place.account.id,
      fix: refused.fix,
    });
  }

  function notPublished(): KeyferryError {
    const { account, region } = node.place;
    return new KeyferryError(
      `the parameter ${name} in ${account.id} ${region} does not show ${imageId} after ${settings.publishTimeoutSeconds} s`,
      {
        code: "NotPublished",
        source: "aws",
        account: account.id,
        fix: `check the parameter's history in account ${account.id}: Parameter Store validates an image after the call has returned, and discards an invalid one without an error`,
      },
    );
  }
}
