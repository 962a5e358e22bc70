import { bucketArn, roleArn } from "@keyferry/common";
import type { Topology } from "../../../topology";
import type { ReplicationRuleView } from "../../aws";
import type { ReplicationObstacle } from "../../engine/results";
import type { Replication } from "./context";
import type { ReplicationFacts } from "./facts";

/** The command that updates buckets, keys and rules. */
const DEPLOY = "npx keyferry deploy";

interface Expected extends Replication {
  readonly topology: Topology;
  readonly facts: ReplicationFacts;
  readonly view: ReplicationRuleView;
}

/** A rule's value in S3, and in the topology. */
const SETTINGS: readonly {
  readonly name: string;
  readonly actual: (expected: Expected) => unknown;
  readonly wanted: (expected: Expected) => unknown;
}[] = [
  { name: "status", actual: ({ view }) => (view.enabled ? "Enabled" : "Disabled"), wanted: () => "Enabled" },
  {
    name: "destination",
    actual: ({ view }) => view.destinationArn,
    wanted: ({ topology, to }) => bucketArn(topology.partition, to.bucket),
  },
  {
    name: "replica key",
    actual: ({ view }) => view.replicaKey,
    wanted: ({ facts, view }) => facts.destinationKey?.arn ?? view.replicaKey,
  },
  {
    name: "replication of objects under KMS keys",
    actual: ({ view }) => view.kmsObjects,
    wanted: () => true,
  },
  {
    name: "change of owner",
    actual: ({ view }) => view.ownerOverride,
    wanted: ({ rule, to, view }) => (rule.from.account.id === to.account.id ? view.ownerOverride : true),
  },
  {
    name: "replication of delete markers",
    actual: ({ view }) => view.deleteMarkers,
    wanted: ({ rule }) => rule.deleteMarkers,
  },
  { name: "prefix", actual: ({ view }) => view.prefix, wanted: ({ rule }) => rule.filter.prefix },
  { name: "tags", actual: ({ view }) => tagText(view.tags), wanted: ({ rule }) => tagText(rule.filter.tags) },
];

/** Differences of buckets, rules and keys from the topology, because of which objects fail or are not replicated at all. */
export function configurationObstacles(
  topology: Topology,
  { rule, to }: Replication,
  facts: ReplicationFacts,
): readonly ReplicationObstacle[] {
  const { from } = rule;
  const atSource = { account: from.account.id, fix: `account ${from.account.id}: ${DEPLOY}` };
  const view = facts.configuration?.rules.find(({ id }) => id === to.ruleId);
  const expectedRole = roleArn(topology.partition, from.account.id, rule.role);
  return [
    ...unversioned(facts, { rule, to }),
    ...unlocked(facts, { rule, to }),
    ...notSelected(facts, { rule, to }),
    ...keyStates(facts, { rule, to }),
    ...(view === undefined
      ? [{ ...atSource, what: `${from.bucket} has no replication rule ${to.ruleId}: nothing is replicated` }]
      : []),
    ...(facts.configuration === undefined || facts.configuration.roleArn === expectedRole
      ? []
      : [
          {
            ...atSource,
            what: `${from.bucket} is replicated with the role ${facts.configuration.roleArn} instead of ${expectedRole}`,
          },
        ]),
    ...(view === undefined
      ? []
      : SETTINGS.flatMap(({ name, actual, wanted }) => {
          const expected = { topology, rule, to, facts, view };
          const [is, should] = [actual(expected), wanted(expected)];
          return is === should
            ? []
            : [
                {
                  ...atSource,
                  what: `rule ${to.ruleId} of ${from.bucket}: ${name} is ${shown(is)} instead of ${shown(should)}`,
                },
              ];
        })),
  ];
}

function unversioned(facts: ReplicationFacts, { rule, to }: Replication): readonly ReplicationObstacle[] {
  const off = [
    ...(facts.isVersioned.source ? [] : [{ bucket: rule.from, reason: "SrcObjectNotEligible" }]),
    ...(facts.isVersioned.destination ? [] : [{ bucket: to, reason: "DstBucketUnversioned" }]),
  ];
  return off.map(({ bucket: { bucket, account }, reason }) => ({
    reason,
    what: `versioning of ${bucket} is not enabled`,
    fix: `account ${account.id} must enable versioning of ${bucket}`,
    account: account.id,
  }));
}

/** From a bucket with Object Lock S3 replicates only into buckets that also have it, and with permissions that the rule must request. */
function unlocked(
  { objectLock }: ReplicationFacts,
  { rule, to }: Replication,
): readonly ReplicationObstacle[] {
  if (!objectLock.source) return [];
  const { from } = rule;
  return [
    ...(objectLock.destination
      ? []
      : [
          {
            reason: "DstBucketObjectLockConfigMissing",
            what: `${from.bucket} has Object Lock, and ${to.bucket} does not`,
            fix: to.existing
              ? `account ${to.account.id} must enable Object Lock on ${to.bucket}, which cannot be undone`
              : `set objectLock of the rule ${rule.name} to true, and ${DEPLOY}`,
            account: to.existing ? to.account.id : from.account.id,
          },
        ]),
    ...(rule.objectLock
      ? []
      : [
          {
            reason: "SrcGetRetentionNotPermitted",
            what: `${from.bucket} has Object Lock, and the rule ${rule.name} does not declare it: its role may not read legal holds and retention periods`,
            fix: `set objectLock of the rule ${rule.name} to true, and ${DEPLOY}`,
            account: from.account.id,
          },
        ]),
  ];
}

/** New objects that name no key get the source's default key, which must be a key of the rule. */
function notSelected(
  { sourceDefault, sourceKeys }: ReplicationFacts,
  { rule: { from }, to }: Replication,
): readonly ReplicationObstacle[] {
  if (sourceDefault === undefined) return [];
  const { algorithm, key } = sourceDefault;
  const account = from.account.id;
  const wanted = `account ${account} must set the default encryption of ${from.bucket} to SSE-KMS under ${from.key.alias}`;
  if (algorithm === "AES256") {
    const end = to.existing ? "does not put them under its key" : "refuses them";
    return [
      {
        ...(to.existing ? {} : { reason: "DstPutObjectNotPermitted" }),
        what: `the default encryption of ${from.bucket} is SSE-S3: new objects keep it when they are replicated, and ${to.bucket} ${end}`,
        fix: `${wanted}; for existing objects: keyferry replicate re-encrypt`,
        account,
      },
    ];
  }
  const aliases = [from.key, ...from.otherKeys].map(({ alias }) => alias);
  const isOfRule =
    aliases.some((alias) => key === alias || key?.endsWith(`:${alias}`) === true) ||
    sourceKeys.some(({ arn }) => key !== undefined && (arn === key || arn.endsWith(`/${key}`)));
  if (isOfRule || sourceKeys.length < aliases.length) return [];
  return [
    {
      reason: "SrcGetObjectNotPermitted",
      what: `the default encryption of ${from.bucket} is under ${key ?? "the AWS managed key aws/s3"}, which is not a key of the rule: the replication role may not decrypt new objects`,
      fix: `${wanted}, or name that key's alias in otherKeys`,
      account,
    },
  ];
}

/** With a key that is not enabled every object fails, regardless of the policies. */
function keyStates(facts: ReplicationFacts, { rule, to }: Replication): readonly ReplicationObstacle[] {
  const keys = [
    ...facts.sourceKeys.map((key) => ({
      key,
      account: rule.from.account.id,
      reason: "SrcKmsKeyInvalidState",
    })),
    ...(facts.destinationKey === undefined
      ? []
      : [{ key: facts.destinationKey, account: to.account.id, reason: "DstKmsKeyInvalidState" }]),
  ];
  return keys
    .filter(({ key }) => key.state !== "Enabled")
    .map(({ key, account, reason }) => ({
      reason,
      what: `the key ${key.arn} is ${key.state}`,
      fix: `account ${account} must enable the key ${key.arn}`,
      account,
    }));
}

function tagText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(", ");
}

function shown(value: unknown): string {
  if (value === undefined || value === "") return "not set";
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}
