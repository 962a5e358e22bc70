import type { TopologyBucket } from "../../../topology";
import type { ReplicatedBucket } from "../../engine/results";

/** A bucket in the form of results. */
export function bucketView({ bucket, account, region }: TopologyBucket): ReplicatedBucket {
  return { bucket, account: account.id, region };
}
