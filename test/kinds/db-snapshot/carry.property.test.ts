import { describeKilledRuns } from "../../scripts/fake-aws/killed-runs";
import { DatabaseStage, ORDERS } from "./database-stage";

describe.each([
  ["through a transit copy", "alias/app-data"],
  ["directly from a snapshot under the transit key", "alias/keyferry/acme/transit"],
])("%s", (_way, under) => {
  describeKilledRuns(
    "a run of a database's snapshot that is killed at any point",
    (options) => new DatabaseStage(ORDERS, options, under),
    {
      least: 40,
      sources: ({ snapshotArn }) => ({ orders: snapshotArn }),
    },
  );
});
