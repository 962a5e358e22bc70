import { parseArn } from "@keyferry/common";
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { KeyferryError } from "../../core/errors";
import type { IBucket } from "./bucket";
import { keyOfReplicas, prioritised, type ReplicationRule } from "./replication-rule";

/** Maximum rules of one bucket. Source: S3 API reference, ReplicationConfiguration. */
const MAX_RULES = 1_000;
/** Maximum characters of a rule's id. Source: S3 API reference, ReplicationRule. */
const MAX_ID = 255;
/** Maximum characters of an object's key. Source: S3 user guide, Naming Amazon S3 objects. */
const MAX_PREFIX = 1_024;

interface Check {
  readonly isBroken: (rule: ReplicationRule, source: IBucket) => boolean;
  readonly problemOf: (rule: ReplicationRule) => string;
}

/** Problems of one rule that AWS refuses, or that make the replication of every object fail. Source: S3 API reference, PutBucketReplication. */
const CHECKS: readonly Check[] = [
  {
    isBroken: ({ id }) => id === "" || id.length > MAX_ID,
    problemOf: ({ id }) => `id has ${id.length} characters, allowed are 1 to ${MAX_ID}`,
  },
  {
    isBroken: ({ destination }, source) => destination.bucketName === source.bucketName,
    problemOf: () => "destination is the source itself, allowed is another bucket",
  },
  {
    isBroken: (rule) => isKnown(keyOfReplicas(rule).keyArn) && keyIn(rule) === undefined,
    problemOf: (rule) =>
      `replicaKey is "${keyOfReplicas(rule).keyArn}", allowed is the ARN of a key: S3 accepts any value, but then no object can be replicated`,
  },
  {
    isBroken: (rule) => {
      const region = keyIn(rule)?.region;
      const { environment } = rule.destination;
      return region !== undefined && isKnown(environment.region) && region !== environment.region;
    },
    problemOf: (rule) =>
      `replicaKey is in ${keyIn(rule)?.region}, allowed is the destination's Region, ${rule.destination.environment.region}: S3 accepts any value, but then no object can be replicated`,
  },
  {
    isBroken: ({ replicationTimeControl, metrics }) => replicationTimeControl === true && metrics === false,
    problemOf: () => "metrics is false, allowed is true with replicationTimeControl",
  },
  {
    isBroken: ({ objectTags = {}, deleteMarkers }) =>
      deleteMarkers === true && Object.keys(objectTags).length > 0,
    problemOf: () => "deleteMarkers is true, allowed is false with objectTags: a delete marker has no tags",
  },
  {
    isBroken: ({ priority }) =>
      priority !== undefined && isKnown(priority) && !(Number.isInteger(priority) && priority >= 0),
    problemOf: ({ priority }) => `priority is ${priority}, allowed is a whole number of at least 0`,
  },
  {
    isBroken: ({ prefix = "" }) => isKnown(prefix) && prefix.length > MAX_PREFIX,
    problemOf: ({ prefix = "" }) =>
      `prefix has ${prefix.length} characters, allowed are at most ${MAX_PREFIX}`,
  },
];

/**
 * Refuses rules that AWS would refuse, or that make the replication of every object fail. Reports all problems together.
 * @throws KeyferryError ReplicationInvalid
 */
export function checkRules(scope: Construct, source: IBucket, rules: readonly ReplicationRule[]): void {
  const problems = [
    ...ofNumber(rules.length),
    ...rules.flatMap((rule, index) =>
      CHECKS.filter(({ isBroken }) => isBroken(rule, source)).map(
        ({ problemOf }) => `rules[${index}] "${rule.id}": ${problemOf(rule)}`,
      ),
    ),
    ...repeated(
      "id",
      rules.map(({ id }) => id),
    ),
    ...repeated(
      "priority",
      prioritised(rules).map(({ priority }) => priority),
    ),
  ];
  if (problems.length === 0) return;
  const count = `${problems.length} problem${problems.length === 1 ? "" : "s"}`;
  throw new KeyferryError(
    [`${scope.node.path}: ${count} in the replication rules:`, ...problems].join("\n  "),
    { code: "ReplicationInvalid", source: "user" },
  );
}

function ofNumber(count: number): readonly string[] {
  return count > 0 && count <= MAX_RULES ? [] : [`rules has ${count} rules, allowed are 1 to ${MAX_RULES}`];
}

function repeated(prop: string, values: readonly (string | number)[]): readonly string[] {
  const twice = values.filter((value, index) => values.indexOf(value) !== index);
  return [...new Set(twice)].map((value) => `${prop} ${value} is used by several rules, allowed is one`);
}

/** The key of a rule's replicas by its ARN; undefined if the ARN is not known yet, or is not the ARN of a key. */
function keyIn(rule: ReplicationRule) {
  const { keyArn } = keyOfReplicas(rule);
  const arn = isKnown(keyArn) ? parseArn(keyArn) : undefined;
  return arn?.service === "kms" && arn.resource.startsWith("key/") ? arn : undefined;
}

function isKnown(value: unknown): boolean {
  return !Token.isUnresolved(value);
}
