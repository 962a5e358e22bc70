import type { Topology } from "../../topology";
import type { AwsAccess, BucketAccess, DeployerAccess } from "../aws";
import type { Clock } from "../engine/clock";

/** The machine and the cloud that the commands work on; tests bring their own. */
export interface World {
  /** Environment variables; they are only read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly clock: Clock;
  /** @param sessionName names the run in every account's trail */
  connect(topology: Topology, sessionName: string): AwsAccess;
  /** ARN of whoever the operator's credentials belong to. @throws where nobody can tell */
  caller(topology: Topology): Promise<string>;
  /** AWS as Terraform enters the accounts. */
  connectAsDeployer(topology: Topology, sessionName: string): DeployerAccess;
  /** Buckets that are replicated, and the jobs that do it. */
  connectToBuckets(topology: Topology, sessionName: string): BucketAccess;
  /** Name of this machine; no two machines have the same. */
  readonly hostName: string;
  readonly pid: number;
  isAlive(pid: number): boolean;
}
