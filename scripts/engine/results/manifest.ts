/** The machine-readable result of a run. A copy job that failed is listed with its reason. */
export interface Manifest {
  readonly topology: string;
  readonly run: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  /** What the run was restricted to, as the user has named it: other copy jobs are not listed. @default - to nothing */
  readonly only?: readonly string[];
  readonly images: readonly ManifestImage[];
}

/** As it is written and printed. */
export interface WrittenManifest extends Manifest {
  /** Where it was made; a rehearsal does not replace what was made on AWS. */
  readonly cloud: "aws" | "rehearsal";
}

export interface ManifestImage {
  readonly rule: string;
  readonly sourceImageId: string;
  readonly sourceImageName: string;
  /** 12 digits. */
  readonly sourceAccount: string;
  readonly sourceRegion: string;
  /** After a rollback: id of the source image whose copies are held back. */
  readonly rolledBackFrom?: string;
  readonly jobs: readonly ManifestJob[];
}

export interface ManifestJob {
  readonly id: string;
  readonly state: "done" | "failed" | "not-done";
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly imageId?: string;
  /** Whether it is an image of the source's account, which shares it. @default false - a copy of its own */
  readonly shared?: boolean;
  readonly snapshots?: readonly {
    readonly snapshotId: string;
    readonly keyArn: string;
    readonly sizeGiB: number;
  }[];
  /** Name of the SSM parameter that shows the image. */
  readonly parameter?: string;
  /** Name of the SSM parameter that does not show the image, because a rollback stands. */
  readonly heldBackFrom?: string;
  /** From the start of the copy to its being available; absent where no run has watched all of it. */
  readonly durationSeconds?: number;
  readonly attempt?: number;
  readonly reason?: string;
}
