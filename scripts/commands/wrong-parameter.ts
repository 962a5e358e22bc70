import type { CopyNode } from "../../topology";
import type { ReadContext } from "../engine/context";

/** What the parameter of a place shows instead of an image; empty if it shows the image, or if none is published. */
export async function wrongParameter(
  context: ReadContext,
  { rule, place }: Pick<CopyNode, "rule" | "place">,
  imageId: string,
): Promise<string[]> {
  const name = rule.publishTo;
  if (name === undefined) return [];
  const shown = await context.aws.parameters(place).get(name);
  return shown === imageId ? [] : [`the parameter ${name} shows ${shown ?? "nothing"} instead of ${imageId}`];
}
