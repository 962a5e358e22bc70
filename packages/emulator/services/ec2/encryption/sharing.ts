import type { Cloud } from "../../../contract";
import type { Snapshot } from "../state";
import { currentKey } from "./needs";

/** A snapshot under an AWS managed key cannot be shared: other accounts cannot be allowed to use that key. */
export function isUnderAwsManagedKey(cloud: Cloud, snapshot: Snapshot): boolean {
  return snapshot.keyArn !== undefined && currentKey(cloud, snapshot.keyArn)?.manager === "AWS";
}
