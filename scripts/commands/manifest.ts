import type { CopyGraph, ShareNode, Topology } from "../../topology";
import type { Manifest, ManifestImage, ManifestJob } from "../engine/results";
import type { ArrivedShare, FinishedCopy } from "./perform";

export interface JobResult {
  readonly finished?: FinishedCopy;
  readonly durationSeconds?: number;
  readonly failure?: string;
  /** For an image that is shared. */
  readonly shared?: ArrivedShare;
}

export function manifestImage(graph: CopyGraph, resultOf: (nodeId: string) => JobResult): ManifestImage {
  const { rule, source } = graph;
  return {
    rule: rule.name,
    sourceImageId: source.id,
    sourceImageName: source.name,
    sourceAccount: rule.from.account.id,
    sourceRegion: rule.from.region,
    jobs: [
      ...graph.nodes
        .filter((node) => node.role === "final")
        .map((node): ManifestJob => {
          const { finished, durationSeconds, failure } = resultOf(node.id);
          const { account, region } = node.place;
          return {
            id: `${rule.name} -> ${account.name} ${region}`,
            state: finished !== undefined ? "done" : failure !== undefined ? "failed" : "not-done",
            account: account.id,
            region,
            ...(finished === undefined ? {} : standing(finished)),
            ...(durationSeconds === undefined ? {} : { durationSeconds }),
            ...(failure === undefined ? {} : { reason: failure }),
          };
        }),
      ...graph.shares.map((share) => sharedJob(share, resultOf(share.id))),
    ],
  };
}

/** The result for an image that is shared. */
function sharedJob({ rule, place }: ShareNode, { shared, failure }: JobResult): ManifestJob {
  const { account, region } = place;
  const { publishTo } = rule;
  return {
    id: `${rule.name} -> ${account.name} ${region}`,
    state: shared !== undefined ? "done" : failure !== undefined ? "failed" : "not-done",
    account: account.id,
    region,
    ...(shared === undefined ? {} : { imageId: shared.imageId, shared: true }),
    ...(shared === undefined || publishTo === undefined
      ? {}
      : { [shared.isHeldBack ? "heldBackFrom" : "parameter"]: publishTo }),
    ...(failure === undefined ? {} : { reason: failure }),
  };
}

export function manifest(
  topology: Topology,
  run: string,
  at: Date,
  images: readonly ManifestImage[],
): Manifest {
  return { topology: topology.name, run, finishedAt: at.toISOString(), images };
}

function standing(copy: FinishedCopy): Partial<ManifestJob> {
  const { publishTo } = copy.node.rule;
  return {
    imageId: copy.copy.id,
    snapshots: copy.snapshots.map(({ snapshotId, keyArn = "", sizeGiB }) => ({
      snapshotId,
      keyArn,
      sizeGiB,
    })),
    attempt: copy.attempt,
    ...(publishTo === undefined ? {} : { [copy.isHeldBack ? "heldBackFrom" : "parameter"]: publishTo }),
  };
}
