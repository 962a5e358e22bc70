import { describeKilledRuns } from "../../scripts/fake-aws/killed-runs";
import { STORED, StoredStage } from "./stored-stage";

describeKilledRuns("of an image through S3", (options) => new StoredStage(STORED, options), {
  least: 80,
  sources: ({ imageId }) => ({ web: imageId }),
});
