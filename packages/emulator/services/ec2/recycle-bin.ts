import type { OperationTable } from "../../contract";
import { anyResource } from "./access";
import { ec2Operation } from "./operation";

/** Recycle Bin's retention rules are refused here, so the bin is always empty: deleted resources cannot be recovered. */
export function recycleBinOperations(): OperationTable {
  const parameters = ["MaxResults", "NextToken"];
  return {
    ListImagesInRecycleBin: ec2Operation({ parameters, checks: anyResource, run: () => ({ imageSet: [] }) }),
    ListSnapshotsInRecycleBin: ec2Operation({
      parameters,
      checks: anyResource,
      run: () => ({ snapshotSet: [] }),
    }),
  };
}
