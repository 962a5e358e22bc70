import type { SnapshotView } from "../../scripts/aws";
import { concurrently } from "../../scripts/engine/concurrently";
import type { ReadContext } from "../../scripts/engine/context";
import { declaredKind, type CopyNode } from "../../topology";

/**
 * Under which key each snapshot of a copy must be: that of its device, where the topology names one for it, else that of the copy. Of a
 * key that does not exist the alias is told, which no snapshot is under.
 * @param keyArn of the key under which the copy ends
 */
export async function keyOfEach(
  { aws }: Pick<ReadContext, "aws">,
  { rule, place, registered }: CopyNode,
  keyArn: string,
): Promise<(snapshot: Pick<SnapshotView, "tags">) => string> {
  const named = Object.entries(registered?.keyAliases ?? {});
  const arns = new Map(
    await concurrently(named, async ([device, alias]): Promise<[string, string]> => [
      device,
      (await aws.keys(place).describeKey(alias))?.arn ?? alias,
    ]),
  );
  const { deviceTag = "" } = declaredKind(rule);
  return ({ tags }) => arns.get(tags[deviceTag] ?? "") ?? keyArn;
}
