import type { SnapshotView } from "../../scripts/aws";
import { concurrently } from "../../scripts/engine/concurrently";
import type { ReadContext } from "../../scripts/engine/context";
import { declaredKind, type CopyNode } from "../../topology";

/**
 * The key that each snapshot of a copy must be under: the key that the topology names for its device, or else the key of the copy.
 * If a key does not exist, its alias is returned, which matches no snapshot.
 * @param keyArn of the key that the copy must be under
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
