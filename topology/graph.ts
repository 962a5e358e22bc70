import { endKey, transitKey } from "./access";
import { copyNameBy, MAX_IMAGE_NAME } from "./copy-name";
import { receivedFolder, storedFolder, type ObjectFolder } from "./image-buckets";
import { nodeIdOf, type NodeId } from "./ids";
import {
  copyJobs,
  isRegistered,
  isSharedOnWay,
  isStored,
  leavesAccount,
  shareJobs,
  type CopyJob,
} from "./jobs";
import type { Destination, Rule, Place, Topology } from "./model";
import { volumeKeyAliases } from "./registered-access";
import { pays, sharedTransfers, unsharedRegions } from "./shared-transfers";
import { sharedImagesKey } from "./shares";
import {
  whyCopiedToShare,
  whyRegistered,
  whyShared,
  whyStored,
  whyStraight,
  whyTransit,
  whyUnshared,
} from "./way-reasons";

/** The properties of an image that determine how it is copied; read from AWS when a plan is made. */
export interface CopySource {
  readonly id: string;
  readonly name: string;
  /** Creation time in ISO 8601. @default - not needed for its kind, or not known */
  readonly creationDate?: string;
  readonly description?: string;
  /** The user's own tags of the image, which its copies get. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** Properties that a copy must also have; absent: they are not compared. */
  readonly traits?: SourceTraits;
  readonly snapshots: readonly SourceSnapshot[];
}

/** The properties of an image, except its volumes. */
export interface SourceTraits {
  /** In words, by attribute: architecture, boot mode, TPM support, ... */
  readonly attributes: Readonly<Record<string, string>>;
  /** The block device mapping, in order. */
  readonly devices: readonly string[];
  /** ISO 8601; absent: it is never deprecated. */
  readonly deprecationTime?: string;
}

export interface SourceSnapshot {
  readonly snapshotId: string;
  /** @default - it belongs to no image */
  readonly deviceName?: string;
  /** Size of the volume. */
  readonly sizeGiB: number;
  /** Settings of the volume at launch, in words: volume type, IOPS, throughput, ... @default {} */
  readonly settings?: Readonly<Record<string, string>>;
  /** The user's own tags, which the copy of the snapshot gets. @default {} */
  readonly tags?: Readonly<Record<string, string>>;
  /** Size of all blocks that were ever written, which a full copy transfers. @default - not known; at most the volume's size */
  readonly dataBytes?: number;
  /** Whether it is in the archive tier. @default false */
  readonly archived?: boolean;
  /** Why it cannot be shared regardless of its key, as a clause. @default - it can be shared if its key allows it */
  readonly unshareable?: string;
  /** Absent when the snapshot is not encrypted. */
  readonly key?: {
    readonly arn: string;
    /** `AWS`: an AWS managed key such as the EBS default key; such snapshots cannot be shared. */
    readonly manager: "AWS" | "CUSTOMER";
    /** The key's aliases in its account. */
    readonly aliases: readonly string[];
  };
}

/** One copy to make: a node of the plan's graph. */
export interface CopyNode {
  readonly id: NodeId;
  readonly rule: Rule;
  readonly role: "transit" | "final";
  /** Where the copy is made, and the account whose runner role makes it. */
  readonly place: Place;
  /** Alias of the copy's key, in its place. */
  readonly keyAlias: string;
  /** What it is made from: the source image, or another node's copy. */
  readonly madeFrom: { readonly kind: "source" } | { readonly kind: "node"; readonly id: NodeId };
  /** Tags of the copy's image and snapshots, in addition to the lineage tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the copied image. */
  readonly copyName: string;
  /** For a final copy: its destination. */
  readonly destination?: Destination;
  /**
   * For a transit copy that is restored from an object: where the source stores the object, and where it is copied to. The copy is under the EBS
   * default key of its place, or unencrypted, until the final copy exists. @default - a copying call makes it
   */
  readonly restored?: { readonly from: ObjectFolder; readonly to: ObjectFolder };
  /**
   * For a final copy that is registered from copies of its snapshots: aliases of the keys of some
   * devices, by their names; all others are under `keyAlias`. @default - a copying call copies the whole image
   */
  readonly registered?: { readonly keyAliases: Readonly<Record<string, string>> };
}

/** An account and Region that launches from an image of another account. */
export interface ShareNode {
  readonly id: NodeId;
  readonly rule: Rule;
  /** Where instances are launched. */
  readonly place: Place;
  readonly destination: Destination;
  /** Id of the node whose copy is shared. @default - the source image itself */
  readonly of?: NodeId;
  /** Where the shared image is. */
  readonly owner: Place;
}

/** The copies of one image rule; edges are the nodes' `madeFrom`. Each node comes after the node that it is made from. */
export interface CopyGraph {
  readonly rule: Rule;
  readonly source: CopySource;
  readonly nodes: readonly CopyNode[];
  /** Accounts that launch from an image of the source's account instead of their own copy. */
  readonly shares: readonly ShareNode[];
  /** Copies of the rule that are not made now, because only some copy jobs are selected; empty if all are selected. */
  readonly leftOut: readonly CopyNode[];
  /** Accounts (12 digits) that the source image itself must be shared with while copies are made from it. */
  readonly shareSourceWith: readonly string[];
  /** The reasons for the chosen paths, one clause for each choice, for people. */
  readonly because: string;
}

/**
 * Determines how one image is copied. If several accounts receive it in the same Region, one transfer can serve all of them, as a
 * transit copy of the source's account there. Otherwise it is copied directly from the source image if its snapshots can be
 * shared, else through a transit copy in the source's Region: an AWS managed key cannot be shared, and the destinations may not use
 * other keys of the source account; they may use only the transit keys. With the route `store-restore` it is copied as an object in S3,
 * and each destination restores its own transit copy. With the route `register-image` the path is the same as for a copy, but the
 * destination copies the snapshots.
 */
export function buildGraph(topology: Topology, rule: Rule, source: CopySource): CopyGraph {
  const jobs = copyJobs(topology).filter(
    (job) => job.rule.name === rule.name && !isAsItIs(topology, job, source),
  );
  const hop = jobs.some(isSharedOnWay)
    ? whyTransit(source, transitKey(topology, rule.from).alias)
    : undefined;
  const possible = sharedTransfers(topology).filter((transfer) => transfer.rule.name === rule.name);
  const shared = possible.filter((transfer) => pays(transfer, hop !== undefined));
  const transitOf = (job: CopyJob): Place | undefined => {
    const transfer = shared.find(({ place }) => place.region === job.to.region);
    if (transfer !== undefined) return transfer.place;
    return hop !== undefined && leavesAccount(job) ? rule.from : undefined;
  };
  const stored = jobs.filter(isStored);
  const others = jobs.filter((job) => !isStored(job));
  const finals = jobs.map((job) =>
    finalCopy(
      topology,
      source,
      job,
      isStored(job) ? fromNode(restoredId(job)) : madeFromTransit(rule, transitOf(job)),
    ),
  );
  const usesHome = finals.some(({ madeFrom }) => isNode(madeFrom, transitId(rule, rule.from)));
  const transits = [...(usesHome ? [rule.from] : []), ...shared.map(({ place }) => place)];
  const shareNodes = shareJobs(topology)
    .filter((job) => job.rule.name === rule.name)
    .map((job) => shareNode(job, finals));
  const direct = others.filter((job) => leavesAccount(job) && transitOf(job) === undefined);
  return {
    rule,
    source,
    nodes: [
      ...transits.map((place) => transitCopy(topology, rule, source, place)),
      ...stored.map((job) => restoredCopy(topology, source, job)),
      ...finals,
    ],
    shares: shareNodes,
    leftOut: [],
    shareSourceWith: [...new Set(direct.map((job) => job.to.account.id))],
    because: [
      others.every(({ to }) => to.shares !== undefined) ? undefined : (whyStraight(others, direct) ?? hop),
      whyStored(stored),
      whyRegistered(jobs.filter(isRegistered)),
      whyAsItIs(shareNodes, topology),
      ...possible.map((transfer) => whyShared(transfer, shared.includes(transfer), hop !== undefined)),
      ...jobs.map((job) => whyCopiedToShare(job, source, endKey(topology, job.to).alias)),
      ...unsharedRegions(topology, rule).map(({ region, jobs: { length } }) =>
        whyUnshared(rule, region, length),
      ),
    ]
      .filter((clause) => clause !== undefined)
      .join("; "),
  };
}

/**
 * Whether accounts can launch from the source image itself instead of a copy: it is in their Region, and its encrypted snapshots
 * are under the key that they may use. If nothing is known about the image, a copy is assumed.
 */
function isAsItIs(topology: Topology, { rule, to }: CopyJob, source: CopySource): boolean {
  if (to.shares === undefined || to.region !== rule.from.region || source.snapshots.length === 0)
    return false;
  return whyTransit(source, sharedImagesKey(topology, to).alias) === undefined;
}

/** Why some accounts launch from the source image itself; undefined if none do. */
function whyAsItIs(shares: readonly ShareNode[], topology: Topology): string | undefined {
  const direct = shares.filter(({ of }) => of === undefined);
  const [first] = direct;
  if (first === undefined) return undefined;
  const names = [...new Set(direct.map(({ place }) => place.account.name))];
  const who = `${names.join(", ")} ${names.length === 1 ? "launches" : "launch"}`;
  const { alias } = sharedImagesKey(topology, first.owner);
  return `${who} from the source itself: every snapshot is unencrypted or under ${alias}`;
}

function shareNode({ rule, to }: CopyJob, finals: readonly CopyNode[]): ShareNode {
  const copy = finals.find(({ destination }) => destination?.shares?.some((share) => share === to) === true);
  return {
    id: nodeIdOf(rule, "share", to),
    rule,
    place: { account: to.account, region: to.region },
    destination: to,
    owner: copy?.place ?? { account: rule.from.account, region: rule.from.region },
    ...(copy === undefined ? {} : { of: copy.id }),
  };
}

function transitCopy(topology: Topology, rule: Rule, source: CopySource, place: Place): CopyNode {
  return {
    id: transitId(rule, place),
    rule,
    role: "transit",
    place: { account: place.account, region: place.region },
    keyAlias: transitKey(topology, place).alias,
    madeFrom: { kind: "source" },
    tags: {},
    copyName: copyName(source.name, `keyferry transit of ${rule.name}`, source.id),
  };
}

/** The image that a destination restores from an object; its final copy is made from it. */
function restoredCopy(topology: Topology, source: CopySource, job: CopyJob): CopyNode {
  const { rule, to } = job;
  return {
    id: restoredId(job),
    rule,
    role: "transit",
    place: { account: to.account, region: to.region },
    keyAlias: endKey(topology, to).alias,
    madeFrom: { kind: "source" },
    tags: {},
    copyName: copyName(source.name, `keyferry restored for ${rule.name}`, source.id),
    restored: { from: storedFolder(topology, rule), to: receivedFolder(topology, rule, to) },
  };
}

function finalCopy(
  topology: Topology,
  source: CopySource,
  job: CopyJob,
  madeFrom: CopyNode["madeFrom"],
): CopyNode {
  const { rule, to } = job;
  return {
    id: finalNodeId(job),
    rule,
    role: "final",
    place: { account: to.account, region: to.region },
    keyAlias: endKey(topology, to).alias,
    madeFrom,
    tags: rule.carryTags ? { ...source.tags, ...rule.tags } : rule.tags,
    copyName: finalName(job, source),
    destination: to,
    ...(isRegistered(job) ? { registered: { keyAliases: volumeKeyAliases(topology, to) } } : {}),
  };
}

function finalName({ rule, to }: Pick<CopyJob, "rule" | "to">, source: CopySource): string {
  if (to.copyName === undefined) return usualCopyName({ rule, to }, source);
  return copyNameBy(to.copyName, {
    name: source.name,
    id: source.id,
    date: source.creationDate?.slice(0, "2026-11-20".length) ?? "",
    rule: rule.name,
    account: to.account.name,
    accountId: to.account.id,
    region: to.region,
  });
}

/** The default name of a final copy: the source's name, or a derived name in the source's place. */
export function usualCopyName(
  { rule, to }: Pick<CopyJob, "rule" | "to">,
  { name, id }: Pick<CopySource, "name" | "id">,
): string {
  const isHome = rule.from.account.id === to.account.id && rule.from.region === to.region;
  return isHome ? copyName(name, "keyferry", id) : name;
}

function madeFromTransit(rule: Rule, transit: Place | undefined): CopyNode["madeFrom"] {
  return transit === undefined ? { kind: "source" } : fromNode(transitId(rule, transit));
}

function fromNode(id: NodeId): CopyNode["madeFrom"] {
  return { kind: "node", id };
}

function restoredId({ rule, to }: CopyJob): NodeId {
  return nodeIdOf(rule, "restored", to);
}

function transitId(rule: Rule, place: Place): NodeId {
  return nodeIdOf(rule, "transit", place);
}

function isNode(madeFrom: CopyNode["madeFrom"], id: NodeId): boolean {
  return madeFrom.kind === "node" && madeFrom.id === id;
}

/** A name for a copy in the same place as the original, unique by the source's id; the original's name is shortened to fit. */
function copyName(name: string, suffix: string, sourceImageId: string): string {
  const tail = ` (${suffix} ${sourceImageId})`;
  return `${name.slice(0, MAX_IMAGE_NAME - tail.length)}${tail}`;
}

/** Id of the node of a copy job's final copy: `web/final/prod/eu-central-1`. */
export function finalNodeId({ rule, to }: Pick<CopyJob, "rule" | "to">): NodeId {
  return nodeIdOf(rule, "final", to);
}
