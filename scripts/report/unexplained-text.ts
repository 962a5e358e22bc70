import type { UnexplainedShare } from "../engine/results";
import { hanging } from "./wrap";

/**
 * Shares that no record explains, each with the command that withdraws it, for people.
 * @param columns characters in a line. @default - unlimited
 */
export function unexplainedLines(shares: readonly UnexplainedShare[], columns?: number): readonly string[] {
  return shares.flatMap((share) => [
    hanging(unexplainedText(share), columns),
    `  fix: ${UNEXPLAINED_CHOICE}, in account ${share.account}: ${withdrawal(share)}`,
  ]);
}

export function unexplainedText({ id, account, region, sharedWith, hasLeft }: UnexplainedShare): string {
  const left = hasLeft === true ? ", which has left the topology" : "";
  return `${id} in ${account} ${region} is shared with ${sharedWith}${left}, and no record shows that Keyferry shared it`;
}

/** Printed before the command. */
export const UNEXPLAINED_CHOICE = "if you created this share, keep it; otherwise run";

/** The command that withdraws a share; users copy it as it is. */
export function withdrawal({ kind, id, region, sharedWith }: UnexplainedShare): string {
  return kind === "image"
    ? `aws ec2 modify-image-attribute --region ${region} --image-id ${id} --launch-permission "Remove=[{UserId=${sharedWith}}]"`
    : `aws ec2 modify-snapshot-attribute --region ${region} --snapshot-id ${id} --attribute createVolumePermission --operation-type remove --user-ids ${sharedWith}`;
}
