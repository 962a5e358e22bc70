import type { CopyGraph, Topology } from "../../topology";
import type { FinishedCopy } from "./copy-image";

/** The machine-readable result of a run. A copy job that failed is listed with its reason. */
export interface Manifest {
  readonly topology: string;
  readonly run: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly images: readonly ManifestImage[];
}

export interface ManifestImage {
  readonly rule: string;
  readonly sourceImageId: string;
  readonly sourceImageName: string;
  /** 12 digits. */
  readonly sourceAccount: string;
  readonly sourceRegion: string;
  readonly jobs: readonly ManifestJob[];
}

export interface ManifestJob {
  readonly id: string;
  readonly state: "done" | "failed" | "not-done";
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly imageId?: string;
  readonly snapshots?: readonly { readonly snapshotId: string; readonly keyArn: string; readonly sizeGiB: number }[];
  /** Name of the SSM parameter that shows the image. */
  readonly parameter?: string;
  /** From the start of the copy to its being available; absent where no run has watched all of it. */
  readonly durationSeconds?: number;
  readonly attempt?: number;
  readonly reason?: string;
}

export interface JobResult {
  readonly finished?: FinishedCopy;
  readonly durationSeconds?: number;
  readonly failure?: string;
}

export function manifestImage(graph: CopyGraph, resultOf: (nodeId: string) => JobResult): ManifestImage {
  const { rule, source } = graph;
  return {
    rule: rule.name,
    sourceImageId: source.imageId,
    sourceImageName: source.name,
    sourceAccount: rule.from.account.id,
    sourceRegion: rule.from.region,
    jobs: graph.nodes
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
  };
}

export function manifest(topology: Topology, run: string, at: Date, images: readonly ManifestImage[]): Manifest {
  return { topology: topology.name, run, finishedAt: at.toISOString(), images };
}

function standing(copy: FinishedCopy): Partial<ManifestJob> {
  const { publishTo } = copy.node.rule;
  return {
    imageId: copy.image.imageId,
    snapshots: copy.snapshots.map(({ snapshotId, keyArn = "", sizeGiB }) => ({ snapshotId, keyArn, sizeGiB })),
    attempt: copy.attempt,
    ...(publishTo === undefined ? {} : { parameter: publishTo }),
  };
}
