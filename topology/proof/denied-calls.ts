import {
  ALL_REGIONS,
  autoScalingServiceLinkedRoleArn,
  byValue,
  parameterArn,
  parseArn,
  partitionOf,
  roleArn,
} from "@keyferry/common";
import { proofTarget, type KeyDeclaration } from "../../policy";
import {
  anybodyOf,
  callOf,
  deniedAround,
  destinationKeyCalls,
  destinationKeyQuestions,
  distinctDenied,
  launchKeyCalls,
  type DeniedCall,
  type Outside,
  type PartiesOf,
  type ProofCall,
  type Question,
} from "../../policy/proof";
import { declaredKind, type KindName } from "../../kinds/declared";
import { keyDeclarations, namedKeyDeclarations, runnerAccess } from "../access";
import { askedKeys } from "../keys/asked-keys";
import type { Account, Topology } from "../model";
import { bookkeepingPath } from "../names";
import { topologyBuckets } from "../buckets/access";
import { runnerSession } from "./callers";
import { deniedOnNamedKeys, trustedByIam } from "./named-key-calls";
import { deniedReplication, deniedToOwners, isBucketOwner } from "./replication-calls";
import { deniedStored } from "./stored-calls";
import { participants } from "./table-documents";

/**
 * All calls around a topology's copy jobs that must be refused: each of their calls with one property changed, and calls of
 * accounts on each other's resources. They are yielded in batches.
 * @param partiesOf which parties the documents distinguish. @default - all of them
 */
export function* deniedParts(
  topology: Topology,
  calls: readonly ProofCall[],
  partiesOf?: PartiesOf,
): Generator<readonly DeniedCall[]> {
  const outside = outsideOf(topology);
  // A principal that IAM allows everything is refused only by the policy of the bucket or key: deniedToOwners, deniedOnNamedKeys.
  const trusted = trustedByIam(topology);
  const isOurs = ({ request: { principal } }: ProofCall) =>
    !isBucketOwner(principal) && !trusted.has(principal.roleArn ?? "");
  // If all calls are ours, the same list object is used: its questions are remembered from the calls that must be allowed.
  const ours = calls.every(isOurs) ? calls : calls.filter(isOurs);
  yield* deniedAround(ours, outside, partiesOf);
  const others = betweenAccounts(topology, outside);
  yield partiesOf === undefined ? others : distinctDenied(others, partiesOf);
}

/** The same calls, one by one. */
export function* deniedCalls(...around: Parameters<typeof deniedParts>): Generator<DeniedCall> {
  for (const part of deniedParts(...around)) yield* part;
}

/** An account and a Region that the topology does not use. */
export function outsideOf(topology: Topology): Outside {
  const ids = new Set([
    ...topology.accounts.map((account) => account.id),
    ...askedKeys(topology).map(({ key }) => key.account),
  ]);
  const regions = new Set([
    ...topology.rules.flatMap((rule) => [rule, ...rule.to].map(regionOf)),
    ...topology.keys.flatMap((key) => key.regions),
    ...topologyBuckets(topology).map(({ region }) => region),
  ]);
  let account = 999_999_999_999;
  while (ids.has(String(account))) account -= 1;
  const isFree = (region: string) => partitionOf(region) === topology.partition && !regions.has(region);
  return { account: String(account), region: ALL_REGIONS.find(isFree) ?? "nowhere-1" };
}

function regionOf(part: Topology["rules"][number] | Topology["rules"][number]["to"][number]): string {
  return "from" in part ? part.from.region : part.region;
}

function betweenAccounts(topology: Topology, outside: Outside): readonly DeniedCall[] {
  const accounts = participants(topology);
  const keys = [...keyDeclarations(topology), ...namedKeyDeclarations(topology)];
  const questionsIn = byValue(destinationKeyQuestions);
  return [
    ...keys.flatMap((key) => [
      ...outsidersOn(topology, key, accounts, outside, questionsIn(key.region)),
      ...launchesUnder(topology, key),
      deletion(topology, key),
    ]),
    ...accounts.flatMap((account, index) => [
      ...needlessOf(topology, account),
      ...entersAnother(topology, account, accounts[(index + 1) % accounts.length] ?? account),
    ]),
    ...deniedReplication(topology),
    ...deniedStored(topology),
    ...deniedToOwners(topology, outside),
    ...deniedOnNamedKeys(topology, outside),
  ];
}

/** A key of the foundation, or one that the user names. */
type Key = Omit<KeyDeclaration, "purpose">;

/** The runner role of an account that does not copy from a key uses the key as for a copy. */
function outsidersOn(
  topology: Topology,
  key: Key,
  accounts: readonly Account[],
  outside: Outside,
  questions: readonly Question[],
): DeniedCall[] {
  const { accounts: sharers = [], roles = [] } = key.shares ?? {};
  const copiers = new Set([
    key.account,
    ...[...key.copiers, ...(key.databaseCopiers ?? [])].map((copier) => copier.account),
    ...sharers,
    ...roles.map((arn) => parseArn(arn)?.account ?? ""),
  ]);
  const start = accounts.findIndex((account) => account.id === key.account);
  // One other account per key is enough: the policies do not distinguish between them.
  const outsider = [...accounts.slice(start + 1), ...accounts.slice(0, start)].find(
    (account) => !copiers.has(account.id),
  );
  const declared = outsider === undefined ? [] : [runnerSession(topology, outsider)];
  const unknown = runnerSession(topology, {
    name: "unknown",
    id: outside.account,
    runnerRole: topology.operator.runnerRole,
  });
  return [...declared, unknown].flatMap((principal) =>
    destinationKeyCalls(principal, key, questions).flatMap(({ request }): DeniedCall[] => [
      { what: "by a runner role whose account does not copy from the key", request, refuser: "resource" },
      { what: "a key that the account does not use", request, refuser: "identity" },
    ]),
  );
}

/** Auto Scaling of the key's account launches under a key that is not used for launches. */
function launchesUnder(topology: Topology, key: Key): DeniedCall[] {
  if (key.launches || key.ebsDefault === true) return [];
  return launchKeyCalls(topology.partition, key).map(({ request }) => ({
    what: "by Auto Scaling, under a key that is not used for launches",
    request,
    refuser: "resource without IAM",
  }));
}

/** A principal that IAM of the key's account allows everything schedules the key's deletion. */
function deletion({ partition }: Topology, key: Key): DeniedCall {
  const principal = anybodyOf(partition, key.account);
  const caller = { principal, partition, region: key.region };
  const { request } = callOf(caller, "", "kms:ScheduleKeyDeletion", proofTarget.keyArn(key));
  return { what: "deletion of the key by an administrator of its account", request, refuser: "resource" };
}

/** Calls that a runner role never needs in its own account. */
function needlessOf(topology: Topology, account: Account): DeniedCall[] {
  const access = runnerAccess(topology, account);
  const { partition } = topology;
  const principal = runnerSession(topology, account);
  const caller = (region: string) => ({ principal, partition, region });
  const refused = (what: string, call: ProofCall): DeniedCall => ({
    what,
    request: call.request,
    refuser: "identity",
  });
  return [
    ...Object.entries(access.ofKind ?? {}).flatMap(([kind, { copiesInto }]) =>
      copiesInto
        .filter((region) => ![...access.sharesIn, ...access.letsLaunchIn].includes(region))
        .map((region) =>
          refused(
            "sharing in a Region that no copy leaves",
            declaredKind({ kind: kind as KindName }).calls.shareInVain(caller(region)),
          ),
        ),
    ),
    ...access.publishes
      // Every parameter under the path of leases and intents may be deleted.
      .filter(({ parameter }) => !parameter.startsWith(`${bookkeepingPath(topology.name)}/`))
      .map(({ region, parameter }) =>
        refused(
          "deletion of a published parameter",
          callOf(caller(region), "", "ssm:DeleteParameter", parameterArn(region, account.id, parameter)),
        ),
      ),
    ...(access.launches
      ? []
      : [
          refused(
            "creation of the Auto Scaling role in an account that launches nothing",
            callOf(
              caller(""),
              "",
              "iam:CreateServiceLinkedRole",
              autoScalingServiceLinkedRoleArn(partition, account.id),
              { context: { "iam:AWSServiceName": "autoscaling.amazonaws.com" } },
            ),
          ),
        ]),
  ];
}

/** A runner role assumes the runner role of the next account. */
function entersAnother(topology: Topology, account: Account, next: Account): DeniedCall[] {
  const principal = runnerSession(topology, account);
  const role = roleArn(topology.partition, next.id, next.runnerRole);
  const context: Readonly<Record<string, string>> =
    next.externalId === undefined ? {} : { "sts:ExternalId": next.externalId };
  const { request } = callOf(
    { principal, partition: topology.partition, region: "" },
    "",
    "sts:AssumeRole",
    role,
    {
      resourceAccount: next.id,
      context,
    },
  );
  const what = "a runner role assumes another";
  return [
    { what, request, refuser: "identity" },
    ...(account.id === topology.operator.id ? [] : [{ what, request, refuser: "resource" } as const]),
  ];
}
