import { nearestName } from "../../../core/nearest-name";
import { rememberedBuckets, withoutBucket, type RememberedBucket } from "../../../topology";
import { isAwsError } from "../../aws";
import type { Refusal } from "../../engine/errors";
import type { KeyChange } from "../../engine/results";
import type { ChangeableFoundation } from "../keys/foundation";
import { refused } from "../keys/refusals";

/**
 * Removes a retired bucket from the lock file that no longer exists in AWS, so that Terraform does not create it again. A bucket that
 * exists, or whose existence cannot be checked, is never removed; nothing is deleted here.
 * @param confirm asks with the records that will be removed
 */
export async function forgetBucket(
  foundation: ChangeableFoundation,
  named: string,
  confirm: (lost: readonly string[]) => Promise<boolean>,
): Promise<KeyChange> {
  const { locked } = foundation;
  const topology = locked.topology.name;
  const known = rememberedBuckets(locked.lock, topology);
  const found = known.find(({ bucket }) => bucket === named);
  if (found === undefined) return refused(topology, [unknownBucket(named, known)]);
  const refusal = await reasonToKeep(foundation, found);
  if (refusal !== undefined) return refused(topology, [refusal]);
  const lost = `${named} (${found.state}): there is no such bucket in ${found.account} ${found.region}`;
  if (!(await confirm([lost]))) return refused(topology, [{ subject: named, what: "not confirmed" }]);
  foundation.remember((lock) => withoutBucket(lock, topology, found));
  return {
    topology,
    done: [`${named} is removed from the lock file`],
    notes: ["commit the lock file; the next deploy of 'foundation-*' does not create this bucket"],
    refusals: [],
  };
}

async function reasonToKeep(
  { locked, deployer }: ChangeableFoundation,
  { bucket, account, region, state }: RememberedBucket,
): Promise<Refusal | undefined> {
  if (state === "active") {
    return {
      subject: bucket,
      what: "it is active: a rule of the topology names it",
      fix: "remove its rule from the topology and deploy 'foundation-*', which retires it; then delete it, and forget it",
    };
  }
  const place = locked.accounts.find((one) => one.account.id === account);
  if (place === undefined) throw new TypeError(`the lock holds a bucket of ${account}, and no such account`);
  try {
    if (!(await deployer.bucketReplication({ account: place.account, region }).isThere(bucket)))
      return undefined;
    return {
      subject: bucket,
      what: `it exists in ${account} ${region}: without its record Keyferry would no longer manage it`,
      fix: "empty it, remove NobodyDeletesBucket from its policy and delete it; then forget it",
      account,
    };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return {
      subject: bucket,
      what: `Keyferry could not check whether it exists: ${error.message}`,
      fix: `let the deploy role of account ${account} list it (s3:ListBucket); if the account is lost: keyferry keys forget ${account}`,
      account,
    };
  }
}

function unknownBucket(named: string, known: readonly RememberedBucket[]): Refusal {
  const retired = known.filter(({ state }) => state === "retired").map(({ bucket }) => bucket);
  const near = nearestName(named, retired);
  const all = retired.length === 0 ? "no bucket is retired" : `retired buckets: ${retired.join(", ")}`;
  return {
    subject: named,
    what: "the lock file has no such bucket",
    fix: near === undefined ? all : `did you mean ${near}? ${all}`,
  };
}
