import { unlessClosed } from "../../scripts/engine/unless-closed";

/** Maximum number of values in one EC2 filter. Source: EC2 API reference, "DescribeImages". */
const FILTER_VALUES = 200;

/** Reads many ids, as many per call as one filter accepts; places that cannot be read are left out. */
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
