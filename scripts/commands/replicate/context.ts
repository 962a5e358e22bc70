import { ConfigurationError } from "../../../core/errors";
import { nearestName } from "../../../core/nearest-name";
import type { BucketDestination, BucketRule, Topology } from "../../../topology";
import type { BucketAccess } from "../../aws";

/** What every command on buckets needs. */
export interface ReplicateContext {
  readonly topology: Topology;
  readonly aws: BucketAccess;
  /** Name of the one bucket rule to use. @default - all of them */
  readonly rule?: string;
}

/** One bucket rule and one of its destinations. */
export interface Replication {
  readonly rule: BucketRule;
  readonly to: BucketDestination;
}

/**
 * The selected bucket rules.
 * @throws ConfigurationError if there is none of that name
 */
export function rulesOf({ topology, rule: name }: ReplicateContext): readonly BucketRule[] {
  if (name === undefined) return topology.buckets;
  const found = topology.buckets.filter((rule) => rule.name === name);
  if (found.length > 0) return found;
  const names = topology.buckets.map((rule) => rule.name);
  const near = nearestName(name, names);
  throw new ConfigurationError(
    [
      {
        path: "RULE",
        what: `there is no bucket rule ${name}`,
        allowed: names.length === 0 ? "none: the topology has no buckets" : names.join(", "),
        ...(near === undefined ? {} : { fix: `did you mean ${near}?` }),
      },
    ],
    "the command",
  );
}

export function replicationsOf(context: ReplicateContext): readonly Replication[] {
  return rulesOf(context).flatMap((rule) => rule.to.map((to) => ({ rule, to })));
}
