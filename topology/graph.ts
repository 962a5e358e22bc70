import { homeKey, transitKey } from "./access";
import { copyJobs, leavesAccount } from "./jobs";
import type { ImageDestination, ImageRule, Place, Topology } from "./model";

/** What the choice of the way needs to know of an image; read from AWS when a plan is made. */
export interface SourceImage {
  readonly imageId: string;
  readonly name: string;
  readonly description?: string;
  readonly snapshots: readonly SourceSnapshot[];
}

export interface SourceSnapshot {
  readonly snapshotId: string;
  readonly deviceName: string;
  /** Size of the volume. */
  readonly sizeGiB: number;
  /** Absent when the snapshot is not encrypted. */
  readonly key?: {
    readonly arn: string;
    /** `AWS`: an AWS managed key such as the EBS default key; such snapshots cannot be shared. */
    readonly manager: "AWS" | "CUSTOMER";
    /** The key's aliases in its account. */
    readonly aliases: readonly string[];
  };
}

/** One copy to be made: a node of the plan's graph. */
export interface CopyNode {
  /** Unique and stable: `web/final/prod/eu-central-1`. */
  readonly id: string;
  readonly rule: ImageRule;
  readonly role: "transit" | "final";
  /** Where the copy is made, with which account's runner role. */
  readonly place: Place;
  /** Alias of the key under which the copy ends, in its place. */
  readonly keyAlias: string;
  /** What it is made from: the source image, or another node's copy. */
  readonly madeFrom: { readonly kind: "source" } | { readonly kind: "node"; readonly id: string };
  /** Set on the copy's image and snapshots, beside the lineage tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the copied image. */
  readonly imageName: string;
  /** For a final copy: what is to become of it. */
  readonly destination?: ImageDestination;
}

/** The copies of one image rule; edges are the nodes' `madeFrom`. Nodes stand after what they are made from. */
export interface CopyGraph {
  readonly rule: ImageRule;
  readonly source: SourceImage;
  readonly nodes: readonly CopyNode[];
  /** Accounts (12 digits) that the source image itself must be shared with while copies are made from it. */
  readonly shareSourceWith: readonly string[];
  /** Why a transit copy is made, or why none is needed; one sentence for people. */
  readonly because: string;
}

/**
 * The way of one image: straight from the source image where its snapshots may be shared as they are, else through one
 * transit copy in the source's Region. An AWS managed key cannot be shared, and any other key of the source account is
 * not open to the destinations; only the transit key is.
 */
export function buildGraph(topology: Topology, rule: ImageRule, source: SourceImage): CopyGraph {
  const jobs = copyJobs(topology).filter((job) => job.rule.name === rule.name);
  const leaving = jobs.filter(leavesAccount);
  const transit = transitKey(topology, rule.from);
  const reason = leaving.length === 0 ? undefined : whyTransit(source, transit.alias);
  const transitId = `${rule.name}/transit/${rule.from.account.name}/${rule.from.region}`;
  const transitNode: CopyNode = {
    id: transitId,
    rule,
    role: "transit",
    place: { account: rule.from.account, region: rule.from.region },
    keyAlias: transit.alias,
    madeFrom: { kind: "source" },
    tags: {},
    imageName: copyName(source.name, "keyferry transit", source.imageId),
  };
  const finals = jobs.map((job): CopyNode => {
    const isHome = !leavesAccount(job) && job.to.region === rule.from.region;
    return {
      id: `${rule.name}/final/${job.to.account.name}/${job.to.region}`,
      rule,
      role: "final",
      place: { account: job.to.account, region: job.to.region },
      keyAlias: homeKey(topology, job.to).alias,
      madeFrom:
        reason !== undefined && leavesAccount(job) ? { kind: "node", id: transitId } : { kind: "source" },
      tags: rule.tags,
      imageName: isHome ? copyName(source.name, "keyferry", source.imageId) : source.name,
      destination: job.to,
    };
  });
  return {
    rule,
    source,
    nodes: reason === undefined ? finals : [transitNode, ...finals],
    shareSourceWith: reason === undefined ? [...new Set(leaving.map((job) => job.to.account.id))] : [],
    because:
      reason ??
      (leaving.length === 0
        ? "no copy leaves the account, so nothing is shared"
        : "every snapshot is unencrypted or under the transit key, so the image is shared as it is"),
  };
}

/** Why the source image cannot be shared as it is; undefined when it can. */
function whyTransit(source: SourceImage, transitAlias: string): string | undefined {
  const encrypted = source.snapshots.filter((snapshot) => snapshot.key !== undefined);
  const managed = encrypted.find((snapshot) => snapshot.key?.manager === "AWS");
  if (managed !== undefined) {
    return `${managed.snapshotId} (${managed.deviceName}) is under an AWS managed key, which cannot be shared: one transit copy under ${transitAlias}`;
  }
  const foreign = encrypted.find((snapshot) => !snapshot.key?.aliases.includes(transitAlias));
  if (foreign === undefined) return undefined;
  return `${foreign.snapshotId} (${foreign.deviceName}) is under a key that the destinations may not use: one transit copy under ${transitAlias}`;
}

/** Longest image name that EC2 accepts. Source: CopyImage in the EC2 API reference. */
const MAX_IMAGE_NAME = 128;

/** A name for a copy beside the original, unique by the source's id; the original's name is cut to fit. */
function copyName(name: string, suffix: string, sourceImageId: string): string {
  const tail = ` (${suffix} ${sourceImageId})`;
  return `${name.slice(0, MAX_IMAGE_NAME - tail.length)}${tail}`;
}
