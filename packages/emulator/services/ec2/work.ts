/** All of EC2's background work. */
import type { Cloud } from "../../contract";
import { handleFleets } from "./fleets/fulfil";
import { handleDeregistered } from "./images/deregistered";
import { handleProtection } from "./images/lifecycle";
import { handleRestoring } from "./images/storing/restore";
import { handleStoring } from "./images/storing/store";
import { handleUsageReports } from "./images/using/reports";
import { handleLaunches } from "./instances/launch";
import { handleLifecycle } from "./instances/lifecycle";
import { handleCopies } from "./snapshots/copying";
import { handleGrowth } from "./snapshots/progress";
import { handleTiering } from "./snapshots/tiering";
import type { Ec2State } from "./state";
import { handleAttachments } from "./volumes/attach";
import { handleNewVolumes } from "./volumes/create";
import { handleModifications } from "./volumes/modify";

type Handle = (state: Ec2State, cloud: Cloud) => void;

/** Each registers the handlers of its own kinds with the clock. */
const HANDLES: readonly Handle[] = [
  handleAttachments,
  handleCopies,
  handleDeregistered,
  handleFleets,
  handleGrowth,
  handleLaunches,
  handleLifecycle,
  handleModifications,
  handleNewVolumes,
  handleProtection,
  handleRestoring,
  handleStoring,
  handleTiering,
  handleUsageReports,
];

/** Call this once for each cloud, before its first request. */
export function handleEc2Work(state: Ec2State, cloud: Cloud): void {
  for (const handle of HANDLES) handle(state, cloud);
}
