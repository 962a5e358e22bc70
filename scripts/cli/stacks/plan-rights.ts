import { readPlans, reviewStacks, textOf } from "../../../review";
import { hanging } from "../../report/wrap";
import type { Host } from "../host";
import { widthOf } from "../width";

/**
 * The page of `keyferry review`, of what is deployed and what plans would make of it.
 * @param names of the stacks that were to be planned
 * @param plans by stack, as `terraform show -json` prints them
 */
export function rightsText(
  host: Pick<Host, "columns">,
  names: readonly string[],
  plans: ReadonlyMap<string, string | undefined>,
): string {
  const { base, head } = readPlans([...plans].map(([stack, text]) => ({ stack, text: text ?? "" })));
  const page = textOf(reviewStacks({ stacks: base }, { stacks: head }));
  const absent = names.filter((name) => base[name] === undefined);
  const unread =
    absent.length === 0 ? [] : [`Not part of this, since there is no plan to read: ${absent.join(", ")}.`];
  return [hanging(page, widthOf(host).columns), ...unread].join("\n");
}
