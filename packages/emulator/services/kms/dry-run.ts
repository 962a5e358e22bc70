import { AwsError, type Call } from "../../contract";

/** KMS reports a dry run that would have succeeded as an error. @throws AwsError DryRunOperationException */
export function rejectDryRun(call: Call): void {
  if (call.input["DryRun"] !== true) return;
  throw new AwsError(
    "DryRunOperationException",
    "The request would have succeeded, but the DryRun option is set.",
    412,
  );
}
