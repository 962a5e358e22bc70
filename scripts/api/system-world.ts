import { createRequire } from "node:module";
import type * as Buckets from "../aws/bucket-clients";
import type * as Caller from "../aws/caller";
import type * as Clients from "../aws/clients";
import type * as Deployer from "../aws/deployer";
import { systemClock } from "../engine/clock";
import { machineName } from "./machine-name";
import type { World } from "./world";

const load = createRequire(__filename);

/** This machine, and AWS or the cloud that `AWS_ENDPOINT_URL` points at. Modules that call AWS are loaded when they are needed. */
export const systemWorld: World = {
  env: process.env,
  get cwd() {
    return process.cwd();
  },
  clock: systemClock,
  connect: (topology, sessionName) =>
    (load("../aws/clients") as typeof Clients).connect(topology, sessionName),
  caller: (topology) => (load("../aws/caller") as typeof Caller).callerArn(topology),
  connectAsDeployer: (topology, sessionName) =>
    (load("../aws/deployer") as typeof Deployer).connectAsDeployer(topology, sessionName),
  connectToBuckets: (topology, sessionName) =>
    (load("../aws/bucket-clients") as typeof Buckets).connectToBuckets(topology, sessionName),
  get hostName() {
    return machineName();
  },
  pid: process.pid,
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // A process of another user is alive, although this process is not allowed to signal it.
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
};
