import type { SourceAndDestination } from "../../../shared/declare/routes";

/** The facts about a source and a destination that determine the route of an image. */
export interface ImageRouteFacts extends SourceAndDestination {
  readonly image: RoutedImage;
  /** Why the source itself cannot be shared, so that `copy-image` uses a transit copy. @default - it can be shared */
  readonly throughTransit?: string;
}

/** The properties of an image on which routes depend. */
export interface RoutedImage {
  readonly id: string;
  /** `ebs`, `instance-store`. */
  readonly rootDevice: string;
  /** `hvm`, `paravirtual`. */
  readonly virtualization: string;
  /** Product codes of AWS Marketplace. */
  readonly marketplaceCodes: readonly string[];
  /** What the image would lose with `register-image`, each as a clause after its id; empty: nothing. */
  readonly lostByRegistering: readonly string[];
  /** Sizes in the image's mapping, which can be larger than the snapshots. */
  readonly volumes: readonly { readonly sizeGiB: number }[];
  readonly snapshots: readonly {
    readonly snapshotId: string;
    readonly sizeGiB: number;
    /** Size of a full copy. @default - the whole volume */
    readonly dataGiB?: number;
    /** Whether it is in the archive tier. @default false */
    readonly archived?: boolean;
  }[];
}
