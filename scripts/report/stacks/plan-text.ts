import { countsOf, type Plan } from "../../terraform/outcome";
import type { Change } from "../../terraform/machine-output";

/** Resource types whose loss cannot be undone, and what is lost. */
const PRECIOUS: Readonly<Record<string, string>> = {
  aws_kms_key: "everything that is encrypted with this key is lost",
  aws_kms_external_key: "everything that is encrypted with this key is lost",
  aws_kms_replica_key: "everything in this Region that is encrypted with this key is lost",
  aws_kms_replica_external_key: "everything in this Region that is encrypted with this key is lost",
  aws_s3_bucket: "every object in this bucket is lost",
};

/** `2 to add, 1 to change, 0 to destroy` */
export function planCounts({ changes }: Plan): string {
  const { add, change, destroy, forget, import: taken } = countsOf(changes);
  const counts = `${add} to add, ${change} to change, ${destroy} to destroy`;
  const rest = [
    ...(taken === 0 ? [] : [`${taken} to import`]),
    ...(forget === 0 ? [] : [`${forget} to leave in AWS, no longer managed`]),
  ];
  if (changes.length === 0) return "only outputs or addresses change";
  return [counts, ...rest].join(", ");
}

/** One line for each resource that a plan destroys, replaces or no longer manages. */
export function lossLines({ changes }: Plan): readonly string[] {
  return changes.flatMap(({ address, type, action }) => {
    if (action === "forget") return [`leaves in AWS  ${address}`];
    if (action !== "delete" && action !== "replace") return [];
    const lost = PRECIOUS[type];
    const verb = action === "delete" ? "destroys" : "replaces";
    return [lost === undefined ? `${verb}  ${address}` : `${verb.toUpperCase()}  ${address}: ${lost}`];
  });
}

/** Whether a plan destroys or replaces a key or a bucket. */
export function losesKeyOrBucket({ changes }: Plan): boolean {
  return changes.some(isPreciousLoss);
}

function isPreciousLoss({ type, action }: Change): boolean {
  return (action === "delete" || action === "replace") && PRECIOUS[type] !== undefined;
}
