import type { Call } from "../../../contract";
import { AwsError } from "../../../contract";
import { flag, text } from "../input";
import type { Snapshot } from "../state";

/**
 * Encryption parameters that CopySnapshot and CopyImage refuse immediately.
 * @throws InvalidParameterDependency for a key without `Encrypted`, InvalidRequest for an unencrypted copy of an
 *   encrypted snapshot
 */
export function refuseDecryption(call: Call, sources: readonly Snapshot[]): void {
  const encrypted = flag(call.input, "Encrypted");
  if (encrypted !== true && text(call.input, "KmsKeyId") !== undefined) {
    throw new AwsError(
      "InvalidParameterDependency",
      "The parameter KmsKeyId requires the parameter Encrypted to be set.",
    );
  }
  const source = sources.find((snapshot) => snapshot.keyArn !== undefined);
  if (encrypted === false && source !== undefined) {
    throw new AwsError(
      "InvalidRequest",
      `Snapshot ${source.snapshotId} is encrypted. Creating an unencrypted copy from an encrypted snapshot is not supported.`,
    );
  }
}
