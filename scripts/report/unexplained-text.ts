import type { UnexplainedShare } from "../engine/results";
import { hanging } from "./wrap";

/**
 * Shares that no record explains, each with the way to withdraw it, for people.
 * @param columns characters in a line. @default - as many as it takes
 */
export function unexplainedLines(shares: readonly UnexplainedShare[], columns?: number): readonly string[] {
  return shares.flatMap((share) => [
    hanging(
      `${share.id} in ${share.account} ${share.region} is shared with ${share.sharedWith}, and no record says that Keyferry has done so`,
      columns,
    ),
    // A command is copied as it is.
    `  fix: if it is yours, leave it; otherwise, in account ${share.account}: ${withdrawal(share)}`,
  ]);
}

function withdrawal({ kind, id, region, sharedWith }: UnexplainedShare): string {
  return kind === "image"
    ? `aws ec2 modify-image-attribute --region ${region} --image-id ${id} --launch-permission "Remove=[{UserId=${sharedWith}}]"`
    : `aws ec2 modify-snapshot-attribute --region ${region} --snapshot-id ${id} --attribute createVolumePermission --operation-type remove --user-ids ${sharedWith}`;
}
