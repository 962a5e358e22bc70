import { isKeyferryError } from "../../../../core/errors";
import { concurrently } from "../../../../scripts/engine/concurrently";
import { nodeName } from "../../../../scripts/engine/place-id";
import type { ReadContext } from "../../../../scripts/engine/context";
import { check, type Finding } from "../../../../scripts/engine/finding";
import type { CopyNode, CopySource } from "../../../../topology";
import { kernelThere } from "../registered/kernels";

const say = check("kernels");

/** Whether the kernel and RAM disk of a paravirtual image have equivalents where it is registered; empty for any other image. */
export async function checkKernels(
  { aws }: ReadContext,
  node: CopyNode,
  { traits }: CopySource,
): Promise<readonly Finding[]> {
  const { rule, place } = node;
  const { kernel, "RAM disk": ramDisk } = traits?.attributes ?? {};
  const ids = [kernel, ramDisk].filter((id) => id !== undefined);
  if (ids.length === 0 || rule.from.region === place.region) return [];
  const subject = nodeName(node);
  const looked = await say.looking(subject, async () => {
    const [here, there] = [aws.registeredImages(rule.from), aws.registeredImages(place)];
    return concurrently(ids, async (id) => {
      try {
        return say.passed(subject, `${id} corresponds to ${await kernelThere(here, there, id, place)} there`);
      } catch (error) {
        if (!isKeyferryError(error) || error.code !== "KernelNotFound") throw error;
        return say.failed(subject, error.message, error.fix ?? "", place.account.id);
      }
    });
  });
  return "finding" in looked ? [looked.finding] : looked.value;
}
