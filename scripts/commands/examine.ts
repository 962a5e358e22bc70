import {
  arrivals,
  copyJobs,
  shareJobs,
  declaredKey,
  isCopyKeyPurpose,
  isRegistered,
  isStored,
  namedKeyOf,
  sharedTransfers,
  topologyBuckets,
  type Account,
  type CopyGraph,
  type KindName,
  type Place,
  type RememberedKey,
  type Topology,
} from "../../topology";
import { checkAutoScalingRole } from "../doctor/checks/auto-scaling-role";
import { checkActiveKey, checkFormerKey } from "../doctor/checks/foundation-keys";
import { keyWords } from "../doctor/checks/destination-keys";
import { checkDeployRole } from "../doctor/checks/deploy-roles";
import { checkEbsDefaults } from "../doctor/checks/ebs-defaults";
import { checkInstanceType } from "../doctor/checks/instance-types";
import { checkLaunches } from "../doctor/checks/launches";
import { checkGrantsOf } from "../doctor/checks/launch-grants";
import { checkNamedKey } from "../doctor/checks/named-keys";
import { checkListedKeys } from "../doctor/checks/listed-keys";
import { checkPermissions } from "../doctor/checks/permissions";
import { checkPublicAccess } from "../doctor/checks/public-access";
import { checkQuotas } from "../doctor/checks/quotas";
import { checkRegions } from "../doctor/checks/regions";
import { checkRoom } from "../doctor/checks/room";
import { checkSourceKeyStates } from "../doctor/checks/source-key-states";
import { checkTryCopy } from "../doctor/checks/try-copy";
import type { Finding } from "../engine/finding";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import type { CopyQuotaSettings } from "../engine/copy-quotas";
import { placeId, uniquePlaces } from "../engine/place-id";
import type { KeyStatus } from "../engine/results";
import type { Settings } from "../engine/settings";
import { aliasesOf, keyName, keysOf, placeOf, type Foundation } from "./keys/foundation";
import { lookAtKey } from "./keys/list";
import { kindOf } from "../../kinds/registry";
import type { Additions } from "../../kinds/kind";
import { inspect, type Inspection } from "./preflight";

/** Everything that the doctor found. */
export interface Examination {
  readonly topology: string;
  readonly findings: readonly Finding[];
  /** No check failed; checks that could not be made do not count. */
  readonly ok: boolean;
}

type Look = () => Promise<Finding | readonly Finding[]>;

/**
 * Makes every check on AWS: those that a run depends on, and those that predict failures later or in another account.
 * Checks run at the same time; an account whose role cannot be assumed is reported once. Reads only.
 */
export async function examine(
  context: ReadContext,
  foundation: Foundation,
  settings: Settings,
): Promise<Examination> {
  const inspection = await inspect(context);
  const looks = [
    ...accountLooks(context, inspection),
    ...deployLooks(context, foundation),
    ...keyLooks(context, foundation, inspection),
    ...ruleLooks(context, inspection, settings),
  ];
  const looked = (await concurrently(looks, (look) => look())).flat();
  const findings = [
    ...inspection.credentials,
    ...inspection.rules.flatMap((rule) => rule.findings),
    ...inspection.clashes,
    ...inspection.parameters,
    ...looked,
  ];
  return {
    topology: context.topology.name,
    findings,
    ok: findings.every(({ state }) => state !== "failed"),
  };
}

function accountLooks(context: ReadContext, { closed }: Inspection): readonly Look[] {
  const { topology } = context;
  const places = placesOf(topology).filter(({ account }) => !closed.has(account.id));
  const open = arrivals(topology).filter(({ to }) => !closed.has(to.account.id));
  const launching = open.filter(({ to }) => to.launch !== undefined);
  const byAutoScaling = open.filter(
    ({ to }) =>
      to.launch !== undefined || to.launchedBy?.services.includes("autoscaling.amazonaws.com") === true,
  );
  return [
    ...firstPlaces(places).map(
      (place): Look =>
        () =>
          checkRegions(context, place.account, place, regionsOf(topology, place.account)),
    ),
    () => checkPermissions(context, closed),
    ...places.flatMap((place): Look[] => [
      () => checkEbsDefaults(context, place),
      () => checkPublicAccess(context, place),
    ]),
    ...sharesBetween(topology)
      .filter(({ there }) => !closed.has(there.account.id))
      .map(
        ({ there, source, kind }): Look =>
          () =>
            kindOf({ kind }).checkReceiver(context, there, source),
      ),
    ...firstPlaces(byAutoScaling.map(({ to }) => to)).map(
      (place): Look =>
        () =>
          checkAutoScalingRole(context, place),
    ),
    ...launching.map(
      ({ rule, to }): Look =>
        () =>
          checkLaunches(context, rule, to),
    ),
  ];
}

/** Every account in which the topology has stacks. */
function deployLooks({ topology }: ReadContext, { deployer }: Foundation): readonly Look[] {
  return firstPlaces([...placesOf(topology), ...topologyBuckets(topology)]).map(
    (place): Look =>
      () =>
        checkDeployRole(deployer, place),
  );
}

/** Keys that copies use are read as the runner role, all others as the deploy role. */
function keyLooks(
  context: ReadContext,
  foundation: Foundation,
  { closed, rules }: Inspection,
): readonly Look[] {
  const reported = rules.flatMap(({ findings }) => findings.filter(({ state }) => state === "failed"));
  return keysOf(foundation).flatMap((key): Look[] => {
    const look = () => lookAtKey(foundation, key);
    if (key.state !== "active") {
      return [
        async () => {
          const status = await look();
          return [...checkFormerKey(status), ...(await grantFindings(foundation, key, status))];
        },
      ];
    }
    const declared = declaredKey(context.topology, key.account, key.region, namedKeyOf(key.purpose)?.name);
    if (declared !== undefined) {
      return [
        async () => {
          const status = await look();
          return [...checkNamedKey(status, declared), ...(await grantFindings(foundation, key, status))];
        },
      ];
    }
    if (key.purpose === "buckets") return [async () => checkNamedKey(await look(), { enabled: true })];
    const place = placeOf(foundation, key);
    if (closed.has(key.account)) return [];
    // The keys that copies use, of any generation.
    const alias = aliasesOf(foundation, key).at(-1) ?? key.alias;
    const words = keyWords(alias, key.account, key.region);
    const isReported = reported.some(({ what }) => what.startsWith(words));
    return [() => checkActiveKey(context, { name: keyName(key), key: { ...key, alias }, place, isReported })];
  });
}

/** Grants of service-linked roles on a key that the topology names or named before. */
async function grantFindings(
  foundation: Foundation,
  key: RememberedKey,
  { found, name }: KeyStatus,
): Promise<readonly Finding[]> {
  if (found === undefined || key.state === "deleted" || isCopyKeyPurpose(key.purpose)) return [];
  const { topology } = foundation.locked;
  const declared = declaredKey(topology, key.account, key.region, namedKeyOf(key.purpose)?.name);
  const granted = {
    ...{ name, arn: found.arn, topology: topology.name, partition: topology.partition },
    declared: key.state === "disabled" ? [] : (declared?.launchGrants ?? []),
  };
  const port = foundation.deployer.keyGrants(placeOf(foundation, key));
  return checkGrantsOf(granted, (arn) => port.grants(arn));
}

function ruleLooks(
  context: ReadContext,
  { rules, closed }: Inspection,
  settings: CopyQuotaSettings,
): readonly Look[] {
  const graphs = rules.flatMap(({ graph, keyArns }) => (graph === undefined ? [] : [{ graph, keyArns }]));
  const into = copiesInto(graphs.map(({ graph }) => graph));
  return [
    ...rules
      .filter(({ rule }) => !closed.has(rule.from.account.id))
      .map(
        ({ rule }): Look =>
          () =>
            checkListedKeys(context, rule),
      ),
    ...graphs.flatMap(({ graph: { rule, source } }): Look[] =>
      rule.to
        .flatMap((to) => to.shares ?? [to])
        .filter(({ launch, account }) => launch !== undefined && !closed.has(account.id))
        .map((to) => () => checkInstanceType(context, rule.name, to, source)),
    ),
    ...graphs.flatMap(({ graph, keyArns }): Look[] => [
      () => checkSourceKeyStates(context, graph),
      () =>
        checkTryCopy(context, graph, keyArns, (node, keyArn) =>
          kindOf(graph.rule).tryCopy(context, node, graph.source, keyArn),
        ),
    ]),
    ...into
      .filter(({ place }) => !closed.has(place.account.id))
      .flatMap(({ place, ...additions }): Look[] => [
        () => checkQuotas(context, place, settings),
        () => checkRoom(context, place, additions),
      ]),
  ];
}

/** Every account and Region into which something is copied, with the number of copies. */
function copiesInto(graphs: readonly CopyGraph[]): readonly (Additions & { readonly place: Place })[] {
  const into = new Map<string, Additions & { readonly place: Place }>();
  for (const { rule, nodes, source } of graphs) {
    const added = kindOf(rule).adds(source);
    for (const { place } of nodes) {
      const { images, snapshots } = into.get(placeId(place)) ?? { images: 0, snapshots: 0 };
      into.set(placeId(place), {
        place,
        images: images + added.images,
        snapshots: snapshots + added.snapshots,
      });
    }
  }
  return [...into.values()];
}

/** Every account and Region in which something is copied, from or into. */
function placesOf(topology: Topology): readonly Place[] {
  const jobs = copyJobs(topology);
  return uniquePlaces([
    ...jobs.map(({ rule }) => rule.from),
    ...jobs.map(({ to }) => to),
    ...shareJobs(topology).map(({ to }) => to),
    ...sharedTransfers(topology).map(({ place }) => place),
  ]);
}

/** The Regions in which an account works, and those from which it copies. */
function regionsOf(topology: Topology, account: Account): readonly string[] {
  const own = placesOf(topology).filter((place) => place.account.id === account.id);
  const sources = copyJobs(topology).filter(({ to }) => to.account.id === account.id);
  return [...new Set([...own, ...sources.map(({ rule }) => rule.from)].map(({ region }) => region))];
}

/** The places in which a resource of one account is shared with another. */
interface ShareBetween {
  readonly there: Place;
  readonly source: Account;
  readonly kind: KindName;
}

function sharesBetween(topology: Topology): readonly ShareBetween[] {
  const carried = sharedTransfers(topology).flatMap(({ place, jobs }) =>
    jobs.filter((job) => !isRegistered(job)).map((job) => ({ ...job, region: place.region })),
  );
  const straight = copyJobs(topology)
    .filter((job) => !isStored(job) && !isRegistered(job))
    .map((job) => ({ ...job, region: job.rule.from.region }));
  const launched = shareJobs(topology).map((job) => ({ ...job, region: job.to.region }));
  const shares = [...straight, ...carried, ...launched]
    .filter(({ rule, to }) => rule.from.account.id !== to.account.id)
    .map(({ rule, to, region }) => ({
      there: { account: to.account, region },
      source: rule.from.account,
      kind: rule.kind,
    }));
  return [
    ...new Map(
      shares.map((share) => [`${share.kind} ${placeId(share.there)} ${share.source.id}`, share]),
    ).values(),
  ];
}

function firstPlaces(places: readonly Place[]): readonly Place[] {
  const first = new Map<string, Place>();
  for (const place of places) if (!first.has(place.account.id)) first.set(place.account.id, place);
  return [...first.values()];
}
