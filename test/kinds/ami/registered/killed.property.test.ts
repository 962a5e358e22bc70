import { WITH_VOLUME_KEYS } from "../../../_helpers/topologies";
import { describeKilledRuns } from "../../../scripts/fake-aws/killed-runs";
import { Stage } from "../../../scripts/fake-aws/stage";

describe.each([
  ["a transit copy", "mixed", 80],
  ["the source itself", "transit", 40],
] as const)("registered on copies of the snapshots of %s", (_origin, volumes, least) => {
  describeKilledRuns(
    "a run of an image that is killed at any point",
    (options) => new Stage(WITH_VOLUME_KEYS, options, volumes),
    {
      least,
      sources: ({ imageId }) => ({ web: imageId }),
    },
  );
});
