import { nearestName } from "../../../core/nearest-name";
import { rememberedBuckets, withoutBucket, type RememberedBucket } from "../../../topology";
import { isAwsError } from "../../aws";
import type { Refusal } from "../../engine/errors";
import type { KeyChange } from "../../engine/results";
import type { ChangeableFoundation } from "../keys/foundation";
import { refused } from "../keys/refusals";

/**
 * Drops a retired bucket from the lock file that AWS does not have any more, so that Terraform does not make it anew. A bucket that
 * exists, or of which that cannot be told, is never forgotten; nothing is deleted here.
 * @param confirm asks with what will no longer be known
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
    notes: ["commit the lock file; the next deploy of 'foundation-*' makes no such bucket"],
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
      fix: "take its rule out of the topology and deploy 'foundation-*', which retires it; then delete it, and forget it",
    };
  }
  const place = locked.accounts.find((one) => one.account.id === account);
  if (place === undefined) throw new TypeError(`the lock holds a bucket of ${account}, and no such account`);
  try {
    if (!(await deployer.bucketReplication({ account: place.account, region }).isThere(bucket)))
      return undefined;
    return {
      subject: bucket,
      what: `it exists in ${account} ${region}: forgotten, Keyferry would no longer manage it`,
      fix: "empty it, take NobodyDeletesBucket out of its policy and delete it; then forget it",
      account,
    };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return {
      subject: bucket,
      what: `whether it exists is not known: ${error.message}`,
      fix: `let the deploy role of account ${account} list it (s3:ListBucket); where the account is lost: keyferry keys forget ${account}`,
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
    what: "the lock file knows no such bucket",
    fix: near === undefined ? all : `did you mean ${near}? ${all}`,
  };
}
