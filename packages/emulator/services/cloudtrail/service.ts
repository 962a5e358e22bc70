import type { MountedService } from "../../dispatch";
import type { History } from "../../trail/history";
import { lookupEvents } from "./lookup-events";

/** CloudTrail, limited to its event history; trails and event data stores are not modelled. */
export function cloudTrailService(history: History): MountedService {
  return {
    name: "cloudtrail",
    protocol: "json",
    operations: { LookupEvents: lookupEvents(history) },
    forwarded: {},
  };
}
