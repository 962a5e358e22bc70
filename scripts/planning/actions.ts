import type { Account, CopyNode, Place, ShareNode, Topology } from "../../topology";
import { placeId } from "../engine/place-id";
import { isHeld } from "../engine/hold";
import type { ActionName } from "../engine/results";
import { ownRecord, sharerOf } from "../engine/share-record";
import { NO_COPY, type CopyState, type CopyStates } from "./assess";
import type { RuleToCarry } from "./rule-to-carry";

/**
 * How a copy becomes available. `copy-again` replaces failed copies; `wait`: it is in progress; `nothing`: it is
 * available; `unread`: its state is not known, and nothing is done.
 */
export type Making = "copy" | "copy-again" | "wait" | "nothing" | "unread";

interface OfAction {
  readonly do: ActionName;
  /** Unique in a run; in the journal it names what failed or was skipped. */
  readonly id: string;
  /** Ids of the actions that must have succeeded; otherwise this one is skipped. */
  readonly needs: readonly string[];
  /** Ids of the actions that must have ended, whether they succeeded or failed. */
  readonly after: readonly string[];
}

interface OfNode extends OfAction {
  readonly node: CopyNode;
}

/** Creates the role under which Auto Scaling launches in an account; several rules may name it. */
export interface EnsureServiceLinkedRole extends OfAction {
  readonly do: "ensure-service-linked-role";
  readonly account: Account;
}

/** The source image and its snapshots are shared with accounts (12 digits). */
export interface ShareSource extends OfAction {
  readonly do: "share-source";
  readonly accounts: readonly string[];
}

/** The source is stored as an object in its account's bucket. */
export interface StoreSource extends OfAction {
  readonly do: "store-source";
}

export interface MakeTransit extends OfNode {
  readonly do: "make-transit";
  readonly making: Making;
}

/** A transit copy and its snapshots are shared with accounts (12 digits); the list is empty if all copies belong to its own account. */
export interface ShareTransit extends OfNode {
  readonly do: "share-transit";
  readonly accounts: readonly string[];
}

/** A final copy is made, completed, verified and published. */
export interface MakeFinal extends OfNode {
  readonly do: "make-final";
  readonly making: Making;
}

/** A copy that is in progress and not selected: its source stays until it has ended. */
export interface WaitForOther extends OfNode {
  readonly do: "wait-for-other";
  readonly imageId: string;
}

/** Copies older than the topology keeps are removed, unless they are in use. */
export interface Retire extends OfNode {
  readonly do: "retire";
}

/** The rule's shares of the source image are withdrawn. */
export interface WithdrawSource extends OfAction {
  readonly do: "withdraw-source";
}

/** A transit copy is removed when everything that is made from it has succeeded; otherwise its shares are withdrawn. */
export interface EndTransit extends OfNode {
  readonly do: "end-transit";
  /** Copies made from it that do not exist yet and are not selected: they need it again. */
  readonly isAwaited: boolean;
}

/** The objects of a rule are deleted when everything restored from them is available; otherwise they stay for the next run. */
export interface RemoveStored extends OfAction {
  readonly do: "remove-stored";
  /** Copies made from them that do not exist yet and are not selected: they need them again. */
  readonly isAwaited: boolean;
}

/** An image is shared with accounts (12 digits) that launch from it, for as long as the topology says so. */
export interface ShareImage extends OfAction {
  readonly do: "share-image";
  /** The image's place. */
  readonly owner: Place;
  /** Id of the node whose copy it is. @default - the source image */
  readonly of?: string;
  readonly accounts: readonly string[];
}

/** Waits until a shared image is visible in the account that launches it, and publishes it there. */
export interface PublishShare extends OfAction {
  readonly do: "publish-share";
  readonly share: ShareNode;
}

/** Withdraws a rule's shares for launching that the topology does not declare any more. */
export interface WithdrawImages extends OfAction {
  readonly do: "withdraw-images";
  readonly owner: Place;
}

/** What a run does: `plan` shows it, `run` executes it. */
export type Action =
  | ShareImage
  | PublishShare
  | WithdrawImages
  | EnsureServiceLinkedRole
  | ShareSource
  | StoreSource
  | MakeTransit
  | ShareTransit
  | MakeFinal
  | WaitForOther
  | Retire
  | WithdrawSource
  | EndTransit
  | RemoveStored;

/**
 * The actions of one rule by the route `copy-image`, each after the ones that it names: the image and its snapshots are shared
 * with the destinations, which call CopyImage under their own keys. A copy that is the source of others has an action that
 * shares it before them, and one that withdraws the share when the last dependant has ended. Pure.
 */
export function actionsOf(topology: Topology, rule: RuleToCarry, states: CopyStates): readonly Action[] {
  const { graph } = rule;
  const { name } = graph.rule;
  const stateOf = (node: CopyNode) => states.get(node.id) ?? NO_COPY;
  const finals = graph.nodes.filter(isFinal);
  const transits = graph.nodes.filter((node) => !isFinal(node));
  const toCopy = finals.filter((node) => isMissing(makingOf(stateOf(node))));
  const needed = transits.filter((transit) => dependants(transit, toCopy).length > 0);
  const awaited = awaitedCopies(rule, states);
  // The source of a copy in progress stays, although this run does not make that copy.
  const others = awaited.flatMap((node): WaitForOther[] => {
    const { living, fate } = stateOf(node);
    if (living === undefined || fate !== undefined) return [];
    return [{ do: "wait-for-other", id: `${node.id}/wait`, needs: [], after: [], node, imageId: living.id }];
  });
  const endsOf = (nodes: readonly CopyNode[]) => [
    ...nodes.filter((node) => finals.includes(node)).map(({ id }) => id),
    ...others.filter(({ node }) => nodes.includes(node)).map(({ id }) => id),
  ];
  // An account that copies from a transit copy does not need access to the source.
  const sharing = graph.shareSourceWith.filter((account) =>
    toCopy.some(({ place, madeFrom }) => madeFrom.kind === "source" && place.account.id === account),
  );
  const shareSource: ShareSource[] =
    sharing.length === 0
      ? []
      : [{ do: "share-source", id: `${name}/share`, needs: [], after: [], accounts: sharing }];
  const restored = transits.filter(isRestored);
  const toRestore = needed.filter((node) => isRestored(node) && isMissing(makingOf(stateOf(node))));
  const storeSource: StoreSource[] =
    toRestore.length === 0 ? [] : [{ do: "store-source", id: storeOf(name), needs: [], after: [] }];
  const mayBeShared = sharing.length > 0 || rule.mayHaveLeft || isRecorded(topology, rule);
  const mayRemain = (transit: CopyNode) =>
    needed.includes(transit) || rule.mayHaveLeft || exists(stateOf(transit));
  return [
    ...launchAccounts([...finals, ...graph.shares]).map((account): EnsureServiceLinkedRole => ({
      do: "ensure-service-linked-role",
      id: `service-linked-role/${account.name}`,
      needs: [],
      after: [],
      account,
    })),
    ...shareSource,
    ...storeSource,
    ...needed.flatMap((node): Action[] => [
      {
        do: "make-transit",
        id: node.id,
        needs: toRestore.includes(node) ? [storeOf(name)] : [],
        after: [],
        node,
        making: makingOf(stateOf(node)),
      },
      {
        do: "share-transit",
        id: shareOf(node.id),
        needs: [node.id],
        after: [],
        node,
        accounts: accountsBeyond(node, toCopy),
      },
    ]),
    ...finals.map((node): MakeFinal => ({
      do: "make-final",
      id: node.id,
      needs: toCopy.includes(node) ? neededBy(node) : [],
      after: [],
      node,
      making: makingOf(stateOf(node)),
    })),
    ...others,
    ...finals
      .filter(({ destination }) => destination?.keep !== undefined)
      .map((node): Retire => ({
        do: "retire",
        id: `${node.id}/retire`,
        needs: [node.id, ...graph.shares.filter(({ of }) => of === node.id).map(({ id }) => id)],
        after: [],
        node,
      })),
    ...sharingActions(graph.shares),
    ...(mayBeShared
      ? [
          {
            do: "withdraw-source" as const,
            id: `${name}/withdraw`,
            needs: [],
            after: [...shareSource.map(({ id }) => id), ...endsOf([...finals, ...awaited])],
          },
        ]
      : []),
    ...[...transits, ...graph.leftOut.filter((node) => !isFinal(node))]
      .filter(mayRemain)
      .map((node): EndTransit => ({
        do: "end-transit",
        id: `${node.id}/remove`,
        needs: [],
        after: endsOf(dependants(node, [...finals, ...awaited])),
        node,
        isAwaited: dependants(node, awaited).length > 0,
      })),
    ...removeStored(),
  ];

  function removeStored(): readonly RemoveStored[] {
    const all = [...restored, ...graph.leftOut.filter(isRestored)];
    if (!all.some(mayRemain)) return [];
    return [
      {
        do: "remove-stored",
        id: `${name}/stored/remove`,
        needs: [],
        after: [...endsOf(all.flatMap((node) => dependants(node, [...finals, ...awaited])))],
        isAwaited: all.some((node) => dependants(node, awaited).length > 0),
      },
    ];
  }

  function neededBy({ madeFrom, place }: CopyNode): readonly string[] {
    if (madeFrom.kind === "node") return [shareOf(madeFrom.id)];
    return shareSource.filter(({ accounts }) => accounts.includes(place.account.id)).map(({ id }) => id);
  }
}

/** Final copies that an unfinished run was to make, that do not exist yet, and that are not selected now. */
export function awaitedCopies(rule: RuleToCarry, states: CopyStates): readonly CopyNode[] {
  return rule.meant.filter((node) => !isThere(rule, node, states.get(node.id) ?? NO_COPY));
}

export function makingOf({ living, fate, dead, unread }: CopyState): Making {
  if (unread !== undefined) return "unread";
  if (living === undefined) return dead.length > 0 ? "copy-again" : "copy";
  return fate === "available" ? "nothing" : "wait";
}

/** Whether the copy must be made. */
export function isMissing(making: Making): boolean {
  return making === "copy" || making === "copy-again";
}

export function dependants(transit: CopyNode, nodes: readonly CopyNode[]): readonly CopyNode[] {
  return nodes.filter(({ madeFrom }) => madeFrom.kind === "node" && madeFrom.id === transit.id);
}

/** Other accounts (12 digits) that copy from a transit copy. */
export function accountsBeyond(transit: CopyNode, nodes: readonly CopyNode[]): readonly string[] {
  const accounts = dependants(transit, nodes).map(({ place }) => place.account.id);
  return [...new Set(accounts)].filter((account) => account !== transit.place.account.id).sort();
}

/** Whether a copy is available, and published unless a rollback holds it back. */
function isThere({ graph, hold }: RuleToCarry, node: CopyNode, { living, fate, shown }: CopyState): boolean {
  if (fate !== "available") return false;
  const isShown = node.rule.publishTo === undefined || shown === living?.id;
  return isShown || isHeld(hold, node, graph.source.id);
}

function isRestored({ restored }: CopyNode): boolean {
  return restored !== undefined;
}

function storeOf(rule: string): string {
  return `${rule}/store`;
}

function shareOf(nodeId: string): string {
  return `${nodeId}/share`;
}

function isFinal({ role }: CopyNode): boolean {
  return role === "final";
}

function exists({ living, dead, former }: CopyState): boolean {
  return living !== undefined || dead.length + former.length > 0;
}

function isRecorded(topology: Topology, { graph, original }: RuleToCarry): boolean {
  const sharer = sharerOf(topology, graph.rule);
  return ownRecord(original.tags, (other) => other === sharer).keys.length > 0;
}

/** Each image is shared with all accounts at the same time, so that its record is written once; each account then waits separately. */
function sharingActions(shares: readonly ShareNode[]): readonly Action[] {
  const owners = [...new Map(shares.map(({ owner }) => [placeId(owner), owner])).values()];
  return owners.flatMap((owner): Action[] => {
    const here = shares.filter((share) => placeId(share.owner) === placeId(owner));
    const [first] = here;
    if (first === undefined) return [];
    const { rule, of } = first;
    const prefix = `${rule.name}/shared/${owner.account.name}/${owner.region}`;
    const accounts = [...new Set(here.map(({ place }) => place.account.id))].sort();
    return [
      {
        do: "share-image",
        id: prefix,
        needs: of === undefined ? [] : [of],
        after: [],
        owner,
        ...(of === undefined ? {} : { of }),
        accounts,
      },
      ...here.map((share): PublishShare => ({
        do: "publish-share",
        id: share.id,
        needs: [prefix],
        after: [],
        share,
      })),
      {
        do: "withdraw-images",
        id: `${prefix}/withdraw`,
        needs: here.map(({ id }) => id),
        after: [],
        owner,
      },
    ];
  });
}

function launchAccounts(finals: readonly Pick<CopyNode, "place" | "destination">[]): readonly Account[] {
  const launching = finals
    .filter(
      ({ destination }) =>
        destination?.launch !== undefined ||
        destination?.launchedBy?.services.includes("autoscaling.amazonaws.com") === true,
    )
    .map(({ place }) => place.account);
  return [...new Map(launching.map((account) => [account.id, account])).values()];
}
