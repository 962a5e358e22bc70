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

/** Each tells the clock how its own kinds are done. */
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

/** To be called once for each cloud, before anything is asked of it. */
export function handleEc2Work(state: Ec2State, cloud: Cloud): void {
  for (const handle of HANDLES) handle(state, cloud);
}
