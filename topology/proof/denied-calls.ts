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
 * Everything around a topology's copy jobs that must be refused: each of their calls with one thing changed, and what
 * the accounts might try with each other's things. Some at a time.
 * @param partiesOf who is told apart by the documents that will be asked. @default - anybody may be
 */
export function* deniedParts(
  topology: Topology,
  calls: readonly ProofCall[],
  partiesOf?: PartiesOf,
): Generator<readonly DeniedCall[]> {
  const outside = outsideOf(topology);
  // Whom IAM allows everything is refused by the policy of the bucket or key alone: deniedToOwners, deniedOnNamedKeys.
  const trusted = trustedByIam(topology);
  const isOurs = ({ request: { principal } }: ProofCall) =>
    !isBucketOwner(principal) && !trusted.has(principal.roleArn ?? "");
  // The same list where that is all of them: what it asks is known from the calls that must be allowed.
  const ours = calls.every(isOurs) ? calls : calls.filter(isOurs);
  yield* deniedAround(ours, outside, partiesOf);
  const others = betweenAccounts(topology, outside);
  yield partiesOf === undefined ? others : distinctDenied(others, partiesOf);
}

/** The same, one by one. */
export function* deniedCalls(...around: Parameters<typeof deniedParts>): Generator<DeniedCall> {
  for (const part of deniedParts(...around)) yield* part;
}

/** An account and a Region with which the topology has nothing to do. */
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
      ...strangersOn(topology, key, accounts, outside, questionsIn(key.region)),
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

/** The runner of an account that does not copy from a key uses it as a copy would. */
function strangersOn(
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
  // One stranger a key is enough: the policies make no difference between them.
  const stranger = [...accounts.slice(start + 1), ...accounts.slice(0, start)].find(
    (account) => !copiers.has(account.id),
  );
  const declared = stranger === undefined ? [] : [runnerSession(topology, stranger)];
  const unknown = runnerSession(topology, {
    name: "unknown",
    id: outside.account,
    runnerRole: topology.operator.runnerRole,
  });
  return [...declared, unknown].flatMap((principal) =>
    destinationKeyCalls(principal, key, questions).flatMap(({ request }): DeniedCall[] => [
      { what: "as the runner of an account that does not copy from the key", request, refuser: "resource" },
      { what: "a key that the account does not work with", request, refuser: "identity" },
    ]),
  );
}

/** Auto Scaling of the own account, under a key with which nothing is launched. */
function launchesUnder(topology: Topology, key: Key): DeniedCall[] {
  if (key.launches || key.ebsDefault === true) return [];
  return launchKeyCalls(topology.partition, key).map(({ request }) => ({
    what: "as Auto Scaling, under a key with which nothing is launched",
    request,
    refuser: "resource without IAM",
  }));
}

/** Whom IAM of the key's account allows everything schedules its deletion. */
function deletion({ partition }: Topology, key: Key): DeniedCall {
  const principal = anybodyOf(partition, key.account);
  const caller = { principal, partition, region: key.region };
  const { request } = callOf(caller, "", "kms:ScheduleKeyDeletion", proofTarget.keyArn(key));
  return { what: "deleting the key, as an administrator of its account", request, refuser: "resource" };
}

/** What a runner role never needs in its own account. */
function needlessOf(topology: Topology, account: Account): DeniedCall[] {
  const access = runnerAccess(topology, account);
  const { partition } = topology;
  const caller = (region: string) => ({ principal: runnerSession(topology, account), partition, region });
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
            "sharing where no copy leaves",
            declaredKind({ kind: kind as KindName }).calls.shareInVain(caller(region)),
          ),
        ),
    ),
    ...access.publishes
      // Among the leases and intents every parameter may be deleted.
      .filter(({ parameter }) => !parameter.startsWith(`${bookkeepingPath(topology.name)}/`))
      .map(({ region, parameter }) =>
        refused(
          "deleting a published parameter",
          callOf(caller(region), "", "ssm:DeleteParameter", parameterArn(region, account.id, parameter)),
        ),
      ),
    ...(access.launches
      ? []
      : [
          refused(
            "making a role of Auto Scaling where nothing is launched",
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

/** A runner role goes on into the next account. */
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
