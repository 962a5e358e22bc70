import type { TopologyBucket } from "../../../topology";
import type { ReplicatedBucket } from "../../engine/results";

/** A bucket as results name it. */
export function bucketView({ bucket, account, region }: TopologyBucket): ReplicatedBucket {
  return { bucket, account: account.id, region };
}
