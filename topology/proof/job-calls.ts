import { iamArn } from "../../core/arn";
import { byValue, derived } from "../../core/derived";
import {
  allowedImagesCalls,
  bookCalls,
  copyCalls,
  copyFromCalls,
  defaultKeyCalls,
  destinationKeyCalls,
  destinationKeyQuestions,
  enterCalls,
  findPublishedCalls,
  finishCalls,
  findKeyCalls,
  groupLookCalls,
  launchKeyCalls,
  listAliasesCalls,
  launchLookCalls,
  lookCalls,
  lookForUsesCalls,
  makeAutoScalingRoleCalls,
  protectCalls,
  publishCalls,
  publishQuestions,
  quotaCalls,
  readKeyCalls,
  readRoleCalls,
  refreshCalls,
  removeCalls,
  sessionOf,
  settingsCalls,
  shareCalls,
  sourceKeyCalls,
  sourceKeyQuestions,
  tidyCalls,
  type Caller,
  type ProofCall,
} from "../../policy/proof";
import { keyReferenceId, type KeyReference } from "../../policy/document";
import type { RequestPrincipal } from "../../policy/evaluate/types";
import { homeKey, keyDeclarations, runnerAccess, transitKey } from "../access";
import { copyJobs, leavesAccount, type CopyJob } from "../jobs";
import { isRolledOut } from "../launch";
import type { Account, Place, Topology } from "../model";
import { launchName } from "../names";
import { sharedTransferOf } from "../shared-transfers";

/** A copy job and every call that it can make, whichever way its image turns out to need. */
export interface JobCalls {
  readonly job: CopyJob;
  /** Its calls, grouped by what they are for; jobs that do the same share the group. */
  readonly groups: readonly CallGroup[];
}

export type CallGroup = readonly ProofCall[];

/** Somebody in the operator account whom its IAM allows to run the script. */
export function operatorPrincipal(topology: Topology): RequestPrincipal {
  const { partition, operator } = topology;
  return { kind: "user", account: operator.id, arn: iamArn(partition, operator.id, "user/operator") };
}

/** A session of the runner role of an account. */
export function runnerSession(topology: Topology, account: Account): RequestPrincipal {
  return sessionOf(topology.partition, account.id, account.runnerRole);
}

/** The calls of every copy job. */
export function jobCalls(topology: Topology): readonly JobCalls[] {
  const steps = stepsOf(topology);
  return copyJobs(topology).map((job) => ({ job, groups: groupsOf(topology, job, steps) }));
}

/** Every different call of some jobs, once. */
export function distinctCalls(jobs: readonly JobCalls[]): readonly ProofCall[] {
  return [...new Set(jobs.flatMap((job) => job.groups))].flat();
}

function groupsOf(topology: Topology, job: CopyJob, steps: Steps): readonly CallGroup[] {
  const { rule, to } = job;
  const { from } = rule;
  const home = homeKey(topology, to);
  const leaves = leavesAccount(job);
  const declared = from.keys.map((alias) => ({ account: from.account.id, region: from.region, alias }));
  const groups: readonly CallGroup[] = [
    steps.enter(from.account),
    steps.enter(to.account),
    ...steps.inspect(from),
    steps.book(from, rule.name),
    steps.tidy(from),
    steps.tidy(to),
    ...steps.copy(to, from.region, leaves ? [transitKey(topology, from)] : declared, home),
    ...(leaves
      ? [...steps.copy(from, from.region, declared, transitKey(topology, from)), steps.share(from)]
      : []),
    ...sharedGroups(topology, job, steps, declared),
    ...declared.map((key) => steps.readKey(from, key)),
    steps.finish(to),
    ...(to.deregistrationProtection === undefined ? [] : [steps.protect(to)]),
    ...(to.keep === undefined ? [] : [steps.retire(to)]),
    ...(rule.publishTo === undefined ? [] : [steps.publish(to, rule.publishTo)]),
    ...(to.launch === undefined ? [] : [steps.launch(to, home)]),
    ...(isRolledOut(to.launch) ? [steps.refresh(to, rule.name)] : []),
    ...steps.defaultKeys(from.account),
    ...steps.defaultKeys(to.account),
  ];
  return [...new Set(groups)];
}

/** The same job on its other way: from the transit copy that one transfer has carried into the Region for several. */
function sharedGroups(
  topology: Topology,
  job: CopyJob,
  steps: Steps,
  declared: readonly KeyReference[],
): readonly CallGroup[] {
  const transfer = sharedTransferOf(topology, job);
  if (transfer === undefined) return [];
  const { from } = job.rule;
  const { place } = transfer;
  const key = transitKey(topology, place);
  return [
    ...steps.copy(place, from.region, [...declared, transitKey(topology, from)], key),
    steps.share(place),
    steps.tidy(place),
    ...steps.copy(job.to, place.region, [key], homeKey(topology, job.to)),
  ];
}

/** Groups of calls, each made once however many jobs have it. */
function stepsOf(topology: Topology) {
  const made = new Map<string, CallGroup>();
  const once = (id: string, make: () => CallGroup): CallGroup => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const group = make();
    made.set(id, group);
    return group;
  };
  const operator = operatorPrincipal(topology);
  const runnerOf = derived((account: Account) => runnerSession(topology, account));
  const callerIn = ({ account, region }: Place): Caller => ({
    principal: runnerOf(account),
    partition: topology.partition,
    region,
  });
  const publishing = byValue((region: string) => publishQuestions(region, topology.name));
  const usingSource = byValue(sourceKeyQuestions);
  const usingDestination = byValue(destinationKeyQuestions);
  const at = ({ account, region }: Place) => `${account.id} ${region}`;
  const defaults = keyDeclarations(topology).filter(({ ebsDefault }) => ebsDefault === true);
  const defaultIds = new Set(defaults.map(keyReferenceId));
  const isDefault = (key: KeyReference) => defaultIds.has(keyReferenceId(key));
  const readKey = (place: Place, key: KeyReference) =>
    once(`read ${at(place)} ${keyReferenceId(key)}`, () => readKeyCalls(callerIn(place), key));
  const look = (place: Place) =>
    once(`look ${at(place)}`, () => [...lookCalls(callerIn(place)), ...settingsCalls(callerIn(place))]);

  return {
    readKey,
    enter: (account: Account) =>
      once(`enter ${account.id}`, () => enterCalls(operator, runnerAccess(topology, account))),
    inspect: (place: Place): readonly CallGroup[] => [
      look(place),
      once(`inspect ${at(place)}`, () => listAliasesCalls(callerIn(place))),
    ],
    book: (place: Place, rule: string) =>
      once(`book ${at(place)} ${rule}`, () => bookCalls(callerIn(place), topology.name, rule)),
    tidy: (place: Place) =>
      once(`tidy ${at(place)}`, () => [
        ...tidyCalls(callerIn(place), topology.name),
        ...findPublishedCalls(callerIn(place)),
      ]),
    share: (place: Place) =>
      once(`share ${at(place)}`, () =>
        shareCalls(callerIn(place), topology.name, runnerAccess(topology, place.account).sharesWith),
      ),
    finish: (place: Place) => once(`finish ${at(place)}`, () => finishCalls(callerIn(place), topology.name)),
    protect: (place: Place) =>
      once(`protect ${at(place)}`, () => protectCalls(callerIn(place), topology.name)),
    retire: (place: Place) => once(`retire ${at(place)}`, () => lookForUsesCalls(callerIn(place))),
    publish: (place: Place, name: string) =>
      once(`publish ${at(place)} ${name}`, () =>
        publishCalls(callerIn(place), topology.name, name, publishing(place.region)),
      ),
    launch: (place: Place, key: KeyReference) =>
      once(`launch ${at(place)}`, () => [
        ...makeAutoScalingRoleCalls(callerIn(place)),
        ...launchLookCalls(callerIn(place)),
        ...groupLookCalls(callerIn(place)),
        ...launchKeyCalls(topology.partition, key).map((call) => ({
          ...call,
          openToAccount: isDefault(key),
        })),
      ]),
    refresh: (place: Place, rule: string) =>
      once(`refresh ${at(place)} ${rule}`, () =>
        refreshCalls(callerIn(place), launchName(topology.name, rule)),
      ),
    /** Whoever works in an account whose EBS default keys are the foundation's. */
    defaultKeys: (account: Account): readonly CallGroup[] =>
      defaults
        .filter((key) => key.account === account.id)
        .map((key) =>
          once(`default key ${keyReferenceId(key)}`, () => defaultKeyCalls(topology.partition, key)),
        ),
    copy: (
      place: Place,
      sourceRegion: string,
      sources: readonly KeyReference[],
      destination: KeyReference,
    ): readonly CallGroup[] => {
      const caller = callerIn(place);
      const { principal } = caller;
      return [
        look(place),
        once(`quotas ${at(place)}`, () => quotaCalls(caller)),
        once(`find ${at(place)} ${keyReferenceId(destination)}`, () => findKeyCalls(caller, destination)),
        once(`copy ${at(place)}`, () => copyCalls(caller, topology.name)),
        once(`copy ${at(place)} from ${sourceRegion}`, () => [
          ...copyFromCalls(caller, sourceRegion),
          ...allowedImagesCalls(caller, sourceRegion),
        ]),
        ...sources.map((key) =>
          once(`source key ${place.account.id} ${keyReferenceId(key)}`, () =>
            sourceKeyCalls(principal, key, usingSource(key.region)),
          ),
        ),
        once(`destination key ${place.account.id} ${keyReferenceId(destination)}`, () =>
          destinationKeyCalls(principal, destination, usingDestination(destination.region)),
        ),
        once(`remove ${at(place)}`, () => removeCalls(caller, topology.name)),
        once(`role ${place.account.id}`, () => readRoleCalls(caller)),
        readKey(place, destination),
      ];
    },
  };
}

type Steps = ReturnType<typeof stepsOf>;
