import { describeKilledRuns } from "../../scripts/fake-aws/killed-runs";
import { STORED, StoredStage } from "./stored-stage";

describeKilledRuns(
  "a run of an image through S3 that is killed at any point",
  (options) => new StoredStage(STORED, options),
  {
    least: 80,
    sources: ({ imageId }) => ({ web: imageId }),
  },
);
