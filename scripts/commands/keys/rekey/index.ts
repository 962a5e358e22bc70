import { setMaxListeners } from "node:events";
import pLimit from "p-limit";
import { bookkeepingPath } from "../../../../topology";
import { concurrently } from "../../../engine/concurrently";
import type { Refusal } from "../../../engine/errors";
import { keepLeases } from "../../../engine/keep-leases";
import { takeLease, type HeldLease } from "../../../engine/lease";
import type { LeaseKeeper } from "../../../engine/lease-record";
import { parameterTags } from "../../../engine/lineage";
import type { RekeyReport, RekeyedThing } from "../../../engine/results";
import type { Foundation } from "../foundation";
import { campaignsOf, placesOf, type Campaign } from "./campaign";
import { takeInventory, type Inventory } from "./inventory";
import { moveParameters, replacedImages } from "./move-parameters";
import { markCopyOfRun, markReplaced } from "./complete-image";
import { planPlace, sumsOf, type PlacePlan } from "./plan";
import { imageUsers, removeReplaced } from "./remove-replaced";
import { replaceImage } from "./replace-image";
import { isOfARun } from "./replacements";
import { replaceSnapshot } from "./replace-snapshot";
import { attempt, type PlaceWork, type Work } from "./work";

/** Images and snapshots that are copied at the same time in one account and Region; EC2's default quota is 20 snapshot copies. */
const AT_ONCE = 5;

export interface RekeyRequest {
  readonly foundation: Foundation;
  /** `ACCOUNT/REGION/NAME`, or `ACCOUNT/NAME` for all Regions of the key. */
  readonly named: string;
  /** Only read and count. */
  readonly dryRun: boolean;
  /** Remove images and snapshots that have been replaced and that nothing uses. */
  readonly removeReplaced: boolean;
  readonly keeper: LeaseKeeper;
  readonly signal: AbortSignal;
  /** Called before the first change. */
  confirm(found: RekeyReport): Promise<boolean>;
}

/** The content of one account, and the plan for it. */
interface Looked {
  readonly campaign: Campaign;
  readonly inventory: Inventory;
  readonly plan: PlacePlan;
}

/**
 * Moves what is under the former generations of a key to the current one, in all accounts of the topology: images and snapshots are copied
 * in place, except copies that runs make again; parameters that show a replaced image are changed; everything else is listed with what its
 * owner must do. AWS is read again at the end, so that the result shows what exists. After a crash at any point, the same command continues.
 * @throws ConfigurationError if there is no such key
 * @throws KeyferryError `LeaseHeld` if another process works on it
 */
export async function rekey(request: RekeyRequest): Promise<RekeyReport> {
  const { foundation, named, dryRun, confirm } = request;
  const { campaigns, refusals } = await campaignsOf(foundation, named);
  const before = await lookAtAll(foundation, campaigns);
  const found = reportOf(foundation, campaigns, before, { dryRun, refusals });
  if (dryRun || refusals.length > 0) return found;
  const work = found.toCopy.images + found.toCopy.snapshots;
  const removable = request.removeReplaced ? found.replaced.images + found.replaced.snapshots : 0;
  if (work + removable > 0 && !(await confirm(found)))
    return { ...found, refusals: [{ subject: named, what: "not confirmed" }] };
  const done: string[] = [];
  const failures: Refusal[] = [];
  await underLeases(request, campaigns, async (signal, confirmLeases) => {
    const { clock, settings } = request.keeper;
    const common: Work = { foundation, clock, settings, signal, confirm: confirmLeases, done, failures };
    for (const campaign of campaigns) await perform(common, campaign, request.removeReplaced);
  });
  const after = await lookAtAll(foundation, campaigns);
  return { ...reportOf(foundation, campaigns, after, { dryRun, refusals }), done, failures };
}

async function lookAtAll(foundation: Foundation, campaigns: readonly Campaign[]): Promise<readonly Looked[]> {
  const looked: Looked[] = [];
  // One Region after the other, so that only one Region's data is in memory.
  for (const campaign of campaigns) looked.push(...(await lookAt(foundation, campaign)));
  return looked;
}

function lookAt(foundation: Foundation, campaign: Campaign): Promise<readonly Looked[]> {
  return concurrently(placesOf(foundation, campaign), async (place) => {
    const inventory = await takeInventory(foundation, campaign, place);
    return { campaign, inventory, plan: planPlace(foundation.locked.topology.name, campaign, inventory) };
  });
}

async function perform(common: Work, campaign: Campaign, isToRemove: boolean): Promise<void> {
  const { foundation } = common;
  const looked = await lookAt(foundation, campaign);
  await concurrently(looked, (one) => replaceAll(workIn(common, one), one));
  const after = await lookAt(foundation, campaign);
  const replaced = replacedImages(after.flatMap(({ plan }) => plan.things));
  for (const one of after) {
    const work = workIn(common, one);
    await attempt(work, "parameters", () => moveParameters(work, replaced));
  }
  if (!isToRemove) return;
  const things = after.flatMap(({ plan }) => plan.things).filter(({ state }) => state === "replaced");
  if (things.length === 0) return;
  const ids = things.filter(({ kind }) => kind === "image").map(({ id }) => id);
  const [first] = after;
  if (first === undefined) return;
  await attempt(workIn(common, first), "the users of the replaced images", async () => {
    const users =
      ids.length === 0 ? new Map() : await imageUsers(foundation, placesOf(foundation, campaign), ids);
    for (const one of after) await removeReplaced(workIn(common, one), one.plan.things, users);
  });
}

function workIn(common: Work, { campaign, inventory: { place } }: Looked): PlaceWork {
  return { ...common, campaign, place, images: common.foundation.deployer.images(place) };
}

/** Each image and snapshot separately: a failure does not stop the others. Those that are copied already are completed. */
async function replaceAll(work: PlaceWork, { inventory, plan }: Looked): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const byId = new Map(inventory.snapshots.map((snapshot) => [snapshot.snapshotId, snapshot]));
  await Promise.all(
    plan.things.map((thing) =>
      limit(() =>
        attempt(work, `${thing.kind} ${thing.id}`, async () => {
          if (isMovedByAnother(thing, plan.things)) return;
          const image = inventory.images.find(({ id }) => id === thing.id);
          const snapshot = byId.get(thing.id);
          const next = inventory.images.find(({ id }) => id === thing.replacement);
          if (image !== undefined && isOfARun(image)) {
            if (next !== undefined) await markCopyOfRun(work, image, next);
          } else if (image !== undefined) await replaceImage(work, image);
          else if (snapshot === undefined) return;
          else if (!isOfARun(snapshot)) await replaceSnapshot(work, snapshot);
          else if (thing.replacement !== undefined)
            await markReplaced(work, snapshot.snapshotId, snapshot.tags, thing.replacement);
        }),
      ),
    ),
  );
}

/** Whether the replacement itself is under a former key, and is replaced in turn. */
function isMovedByAnother({ replacement }: RekeyedThing, things: readonly RekeyedThing[]): boolean {
  return replacement !== undefined && things.some(({ id }) => id === replacement);
}

async function underLeases(
  { foundation, keeper, signal: interrupt }: RekeyRequest,
  campaigns: readonly Campaign[],
  work: (signal: AbortSignal, confirm: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { deployer, locked } = foundation;
  const leases: HeldLease[] = [];
  const stop = new AbortController();
  // Every copy waits on this signal, dozens of images at a time.
  setMaxListeners(0, stop.signal);
  const keeping = new AbortController();
  const forward = () => stop.abort();
  if (interrupt.aborted) forward();
  interrupt.addEventListener("abort", forward, { once: true });
  let renewal: Promise<void> = Promise.resolve();
  let lost: unknown;
  try {
    for (const { name, place } of campaigns) {
      const page = {
        parameters: deployer.parameters(place),
        name: `${bookkeepingPath(locked.topology.name)}/keys/${name}/lease`,
        tags: parameterTags(locked.topology, "lease"),
      };
      const lease = await takeLease({ lease: page, now: () => deployer.now() }, keeper);
      leases.push(lease);
      // What a killed process started last becomes visible only after a while.
      if (lease.takenFrom !== undefined) await keeper.clock.sleep(keeper.settings.settleSeconds, stop.signal);
    }
    renewal = keepLeases(leases, keeper, keeping.signal, (error) => {
      lost = error;
      stop.abort();
    });
    await work(stop.signal, async () => {
      for (const lease of leases) await lease.confirm();
    });
  } catch (error) {
    throw lost ?? error;
  } finally {
    interrupt.removeEventListener("abort", forward);
    keeping.abort();
    await renewal;
    // A lease that cannot be released expires by itself.
    for (const lease of leases) await lease.release().catch(() => undefined);
  }
}

function reportOf(
  { locked }: Foundation,
  campaigns: readonly Campaign[],
  looked: readonly Looked[],
  { dryRun, refusals }: Pick<RekeyReport, "dryRun" | "refusals">,
): RekeyReport {
  const things = looked.flatMap(({ plan }) => plan.things);
  return {
    topology: locked.topology.name,
    to: campaigns.map(({ present: { name, arn } }) => ({ name, arn })),
    from: campaigns.flatMap(({ former }) => former.map(({ name, arn }) => ({ name, arn }))),
    dryRun,
    things,
    toCopy: sumsOf(things, ["to-copy", "copying"]),
    replaced: sumsOf(things, ["replaced"]),
    done: [],
    owners: looked.flatMap(({ plan }) => plan.owners),
    unseen: looked.flatMap(({ inventory }) => inventory.unseen),
    failures: [],
    refusals,
  };
}
