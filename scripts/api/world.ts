import type { Topology } from "../../topology";
import type { AwsAccess, BucketAccess, DeployerAccess } from "../aws";
import type { Clock } from "../engine/clock";

/** The machine and the cloud that the commands work on; tests provide their own. */
export interface World {
  /** Environment variables; they are only read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly clock: Clock;
  /** @param sessionName identifies the run in every account's CloudTrail */
  connect(topology: Topology, sessionName: string): AwsAccess;
  /** ARN of the operator's credentials. @throws if it cannot be read */
  caller(topology: Topology): Promise<string>;
  /** Access to the accounts with the same identities as Terraform. */
  connectAsDeployer(topology: Topology, sessionName: string): DeployerAccess;
  /** Replicated buckets, and the jobs that replicate them. */
  connectToBuckets(topology: Topology, sessionName: string): BucketAccess;
  /** Name of this machine; no two machines have the same. */
  readonly hostName: string;
  readonly pid: number;
  isAlive(pid: number): boolean;
}
