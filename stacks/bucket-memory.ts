import type { LockedAccount } from "../topology";
import type { PlainBlocks } from "./account-stack";
import { bucketAddresses } from "./bucket-addresses";

/**
 * The blocks of a buckets stack for buckets that it does not declare: released buckets, and any that Terraform's local state
 * has and the lock file does not, are forgotten by Terraform and stay in AWS. Without such a block, Terraform would
 * try to destroy each, and fail where it is not empty.
 * @param held addresses of everything that the local state holds
 */
export function bucketMemory({ buckets }: LockedAccount, held: ReadonlySet<string>): PlainBlocks {
  const addresses = (isWritten: boolean) =>
    buckets
      .filter(({ state }) => (state !== "released") === isWritten)
      .flatMap(({ bucket }) => bucketAddresses(bucket));
  const written = new Set(addresses(true));
  const unknown = [...held].filter((address) => address.startsWith("aws_s3_bucket") && !written.has(address));
  const removed = [...new Set([...addresses(false), ...unknown])].sort();
  return removed.length === 0
    ? {}
    : { removed: removed.map((from) => ({ from, lifecycle: { destroy: false } })) };
}
