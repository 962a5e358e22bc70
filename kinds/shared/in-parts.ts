import { unlessClosed } from "../../scripts/engine/unless-closed";

/** EC2 takes so many values in one filter. Source: EC2 API reference, "DescribeImages". */
const FILTER_VALUES = 200;

/** Looks for many ids, as many at once as one filter takes; what does not let itself be looked at is left out. */
export async function inParts<T>(
  ids: readonly string[],
  look: (part: readonly string[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let start = 0; start < ids.length; start += FILTER_VALUES) {
    found.push(...(await unlessClosed(() => look(ids.slice(start, start + FILTER_VALUES)))));
  }
  return found;
}
