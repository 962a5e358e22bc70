import type { ImageRule } from "../topology";
import { ami } from "./ami/carry";
import type { Kind } from "./kind";

/** Every kind of what is carried, by its name: the only list. */
const KINDS: Readonly<Record<ImageRule["kind"], Kind>> = { ami };

/** The kind of a rule. */
export function kindOf({ kind }: Pick<ImageRule, "kind">): Kind {
  return KINDS[kind];
}
