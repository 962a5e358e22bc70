import type { SnapshotView } from "../../scripts/aws";
import type { SourceSnapshot } from "../../topology";

/** The aliases of AWS managed keys. Source: KMS developer guide, "AWS managed keys". */
const MANAGED_ALIAS = /^alias\/aws\//;

/** The owner of a snapshot's key. A key without an alias in the account counts as a customer managed key that is not listed. */
export function keyOf(
  snapshot: SnapshotView | undefined,
  aliasesByArn: ReadonlyMap<string, readonly string[]>,
): Pick<SourceSnapshot, "key"> {
  if (snapshot?.encrypted !== true || snapshot.keyArn === undefined) return {};
  const aliases = aliasesByArn.get(snapshot.keyArn) ?? [];
  const manager = aliases.some((alias) => MANAGED_ALIAS.test(alias)) ? "AWS" : "CUSTOMER";
  return { key: { arn: snapshot.keyArn, manager, aliases } };
}
