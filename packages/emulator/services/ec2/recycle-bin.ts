import type { OperationTable } from "../../contract";
import { anyResource } from "./access";
import { ec2Operation } from "./operation";

/** Recycle Bin's retention rules are refused here, so that nothing is ever in the bin: what is deleted is gone. */
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
