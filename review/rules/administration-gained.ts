import type { Comparison, Rule } from "../rule";
import type { RightLine } from "../rights/lines";
import { isOutside } from "./opened-outside";
import { rightFound } from "./right-found";

/** Actions with which a principal can give itself every other right, or destroy the resource. */
const ADMINISTRATION = new Set([
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:DisableKey",
  "kms:DeleteImportedKeyMaterial",
  "s3:PutBucketPolicy",
  "s3:DeleteBucketPolicy",
  "s3:DeleteBucket",
  "s3:PutBucketPublicAccessBlock",
]);

/** Whether a principal of these accounts, other than the owner of something new, gains one of them. */
export function isAdministration(line: RightLine, comparison: Comparison): boolean {
  const { direction, subject, resources, actions } = line;
  if (direction !== "gained" || subject.kind === "everybody" || isOutside(line, comparison)) return false;
  const ownsNew = resources.every(
    ({ base, account }) => base === undefined && subject.kind === "account" && subject.account === account,
  );
  return !ownsNew && actions.some((action) => ADMINISTRATION.has(action));
}

export const administrationGained: Rule = {
  id: "administration-gained",
  description: "A principal gains the right to change a policy, or to disable or delete a key or a bucket.",
  severity: "blocking",
  find: (comparison) =>
    comparison.rights.filter((line) => isAdministration(line, comparison)).map(rightFound),
};
