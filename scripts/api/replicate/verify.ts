import path from "node:path";
import { sha256 } from "@keyferry/common";
import type { Topology, TopologyInput } from "../../../topology";
import { verifyReplicas as verify } from "../../commands/replicate/verify";
import type { ReplicaVerification } from "../../engine/results";
import { throwIfAborted } from "../../engine/graph-runner";
import { inSession } from "../in-session";
import { systemWorld } from "../system-world";
import type { World } from "../world";
import { Checkpoint } from "./checkpoint";
import type { BucketRuleOptions } from "./options";
import { ReportFile } from "./report-file";
import { bucketsOf } from "./session";

export interface VerifyReplicasOptions extends BucketRuleOptions {
  /**
   * File with one line for each problem, relative to the working directory: JSON lines if its name ends with `.jsonl`, else CSV.
   * @default - the result shows the first problems of each rule
   */
  readonly report?: string;
  /** Start again instead of continuing an interrupted verification. @default false */
  readonly restart?: boolean;
  /** Called after each page of objects with the number of compared objects of a rule. @default - not called */
  readonly onProgress?: (ruleId: string, objects: number) => void;
}

/**
 * Compares every current object of the topology's buckets with its replica in each destination: whether it exists, its size, its ETag
 * if it is comparable, its tags, its owner and its key. Changes nothing in AWS and reads no object's content.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses to list a bucket or to describe an object
 * @throws KeyferryError `Interrupted` if it is aborted: the same call continues from there
 */
export function verifyReplicas(
  topology: TopologyInput | Topology,
  options: VerifyReplicasOptions = {},
  world: World = systemWorld,
): Promise<readonly ReplicaVerification[]> {
  const { rule, report, restart = false, onProgress, ...common } = options;
  return inSession(world, topology, common, async (session, { signal }) => {
    const { topology: resolved, project } = session;
    // If the rules have changed, the results for the old rules are not valid.
    const rules = sha256(JSON.stringify(resolved.buckets)).slice(0, 8);
    const name = [resolved.name, ...(rule === undefined ? [] : [rule]), rules].join(".");
    const checkpoint = new Checkpoint(project.workspace, name, restart);
    const file =
      report === undefined
        ? undefined
        : new ReportFile(path.resolve(world.cwd, report), checkpoint.isResumed);
    try {
      const results = await verify({
        ...bucketsOf(world, session, rule === undefined ? {} : { rule }),
        resumed: checkpoint.reached,
        verified(ruleId, soFar) {
          checkpoint.note(ruleId, soFar);
          onProgress?.(ruleId, soFar.objects);
          throwIfAborted(signal);
        },
        found: (problem) => file?.add(problem),
      });
      checkpoint.end();
      return results;
    } catch (error) {
      checkpoint.write();
      throw error;
    } finally {
      file?.close();
    }
  });
}
