import { byValue, lazily } from "@keyferry/common";
import { keyReferenceId, type KeyReference } from "../../policy/document";
import type { CopyService } from "../../policy/keys";
import {
  bookCalls,
  defaultKeyCalls,
  destinationKeyCalls,
  destinationKeyQuestions,
  enterCalls,
  findAutoScalingRoleCalls,
  findKeyCalls,
  findPublishedCalls,
  groupLookCalls,
  launchKeyCalls,
  launchLookCalls,
  listAliasesCalls,
  makeAutoScalingRoleCalls,
  publishCalls,
  publishQuestions,
  quotaCalls,
  readKeyCalls,
  readRoleCalls,
  refreshCalls,
  settingsCalls,
  sourceKeyCalls,
  sourceKeyQuestions,
  tidyCalls,
  type Caller,
  type ProofCall,
  type Question,
} from "../../policy/proof";
import { homeKey, keyDeclarations, runnerAccess, transitKey } from "../access";
import { declaredKind, type KindName } from "../../kinds/declared";
import type { Account, Place, Topology } from "../model";
import { launchName } from "../names";
import { operatorPrincipal, runnerSession } from "./callers";
import { kindGroups } from "./kind-groups";

/** The calls for one purpose. */
export type CallGroup = readonly ProofCall[];

/**
 * The groups of calls that a topology's copy jobs consist of, by place and key. Each group is created once, so that jobs with the
 * same calls have the same group.
 */
export function callGroups(topology: Topology) {
  const { name, partition } = topology;
  const operator = operatorPrincipal(topology);
  const defaults = keyDeclarations(topology).filter(({ ebsDefault }) => ebsDefault === true);
  const defaultIds = new Set(defaults.map(keyReferenceId));
  /** One object per key, used for lookups. */
  const key = byValue((reference: KeyReference) => reference, keyReferenceId);
  const usingSource = byKeyUse(sourceKeyQuestions);
  const usingDestination = byKeyUse(destinationKeyQuestions);
  const publishing = byValue((region: string) => publishQuestions(region, name));

  const inAccount = byValue(
    (account: Account) => {
      const principal = runnerSession(topology, account);
      return {
        principal,
        enter: lazily(() => enterCalls(operator, runnerAccess(topology, account))),
        readRole: lazily(() => readRoleCalls({ principal, partition, region: "" })),
        /** Calls of any principal of an account whose EBS default keys are the foundation's. */
        defaultKeys: lazily((): readonly CallGroup[] =>
          defaults.filter((own) => own.account === account.id).map((own) => defaultKeyCalls(partition, own)),
        ),
        sourceKey: byValue((service: CopyService) =>
          byValue((source: KeyReference) =>
            sourceKeyCalls(principal, source, usingSource(service)(source.region)),
          ),
        ),
        destinationKey: byValue((service: CopyService) =>
          byValue((destination: KeyReference) =>
            destinationKeyCalls(principal, destination, usingDestination(service)(destination.region)),
          ),
        ),
        at: byValue((region: string) => inPlace({ account, region })),
      };
    },
    ({ id }) => id,
  );

  function inPlace(place: Place) {
    const { account, region } = place;
    const { principal, sourceKey, destinationKey, readRole } = inAccount(account);
    const caller: Caller = { principal, partition, region };
    const home = key(homeKey(topology, place));
    const settings = lazily(() => settingsCalls(caller));
    const quotas = lazily(() => quotaCalls(caller));
    const findKey = byValue((destination: KeyReference) => findKeyCalls(caller, destination));
    const readKey = byValue((own: KeyReference) => readKeyCalls(caller, own));
    const launchLooks = lazily(() => [...launchLookCalls(caller), ...groupLookCalls(caller)]);
    const launchUnder = lazily(() =>
      launchKeyCalls(partition, home).map((call) => ({
        ...call,
        openToAccount: defaultIds.has(keyReferenceId(home)),
      })),
    );
    const ofKind = byValue((kind: KindName) => {
      const access = runnerAccess(topology, account).ofKind?.[kind];
      return kindGroups(declaredKind({ kind }).calls, caller, name, access?.sharesWith ?? []);
    });
    return {
      home,
      transit: key(transitKey(topology, place)),
      settings,
      readKey,
      listAliases: lazily(() => listAliasesCalls(caller)),
      book: byValue((rule: string) => bookCalls(caller, name, rule)),
      tidy: lazily(() => [...tidyCalls(caller, name), ...findPublishedCalls(caller)]),
      publish: byValue((parameter: string) => publishCalls(caller, name, parameter, publishing(region))),
      launch: lazily(() => [...makeAutoScalingRoleCalls(caller), ...launchLooks(), ...launchUnder()]),
      launchLooks,
      autoScalingRole: lazily(() => [
        ...makeAutoScalingRoleCalls(caller),
        ...findAutoScalingRoleCalls(caller),
      ]),
      launchUnder,
      refresh: byValue((rule: string) => refreshCalls(caller, launchName(name, rule))),
      of: ofKind,
      /** Calls for a part of a copy that is under another key than the rest. */
      under: (kind: KindName, other: KeyReference): readonly CallGroup[] => [
        findKey(other),
        destinationKey(declaredKind({ kind }).keysThrough)(other),
        readKey(other),
      ],
      copy: (
        kind: KindName,
        from: Place,
        sources: readonly KeyReference[],
        destination: KeyReference,
        how: "asWhole" | "inParts" = "asWhole",
      ): readonly CallGroup[] => [
        ofKind(kind).look(),
        settings(),
        quotas(),
        findKey(destination),
        ofKind(kind)[how].copy(),
        ...ofKind(kind)[how].copyFrom(from),
        ...sources.map(sourceKey(declaredKind({ kind }).keysThrough)),
        destinationKey(declaredKind({ kind }).keysThrough)(destination),
        ofKind(kind).remove(),
        readRole(),
        readKey(destination),
      ],
    };
  }

  return {
    key,
    in: inAccount,
    at: ({ account, region }: Place) => inAccount(account).at(region),
  };
}

/** The questions about keys of a Region, created once per service. */
function byKeyUse(questions: (region: string, service: CopyService) => readonly Question[]) {
  return byValue((service: CopyService) => byValue((region: string) => questions(region, service)));
}

export type CallGroups = ReturnType<typeof callGroups>;
