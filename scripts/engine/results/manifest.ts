/** The machine-readable result of a run. A copy job that failed is listed with its reason. */
export interface Manifest {
  readonly topology: string;
  readonly run: string;
  /** ISO 8601. */
  readonly finishedAt: string;
  /** What the run was restricted to, as the user named it: other copy jobs are not listed. @default - not restricted */
  readonly only?: readonly string[];
  readonly images: readonly ManifestImage[];
}

/** As written and printed. */
export interface WrittenManifest extends Manifest {
  /** Where it was made; the manifest of a rehearsal does not replace one of AWS. */
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
  /** Whether it is an image that the source's account shares. @default false - it is a separate copy */
  readonly shared?: boolean;
  readonly snapshots?: readonly {
    readonly snapshotId: string;
    readonly keyArn: string;
    readonly sizeGiB: number;
  }[];
  /** Name of the SSM parameter that shows the image. */
  readonly parameter?: string;
  /** Name of the SSM parameter that does not show the image because of a rollback. */
  readonly heldBackFrom?: string;
  /** From the start of the copy until it was available; absent if no run watched all of it. */
  readonly durationSeconds?: number;
  readonly attempt?: number;
  readonly reason?: string;
}
