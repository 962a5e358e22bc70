import type { Journey } from "../../../shared/declare/routes";

/** What the choice between the routes of images knows of a source and a destination. */
export interface ImageRouteFacts extends Journey {
  readonly image: RoutedImage;
  /** Why the source cannot be shared as it is, and travels as a transit copy by `copy-image`. @default - it can */
  readonly throughTransit?: string;
}

/** An image, as far as routes depend on it. */
export interface RoutedImage {
  readonly id: string;
  /** `ebs`, `instance-store`. */
  readonly rootDevice: string;
  /** `hvm`, `paravirtual`. */
  readonly virtualization: string;
  /** Product codes of AWS Marketplace. */
  readonly marketplaceCodes: readonly string[];
  /** What the image would lose if it were registered anew, each as a clause after its id; empty: nothing. */
  readonly lostByRegistering: readonly string[];
  /** As the image maps them, which may be larger than their snapshots. */
  readonly volumes: readonly { readonly sizeGiB: number }[];
  readonly snapshots: readonly {
    readonly snapshotId: string;
    readonly sizeGiB: number;
    /** What a full copy moves. @default - the whole volume */
    readonly dataGiB?: number;
    /** Whether it is in the archive tier. @default false */
    readonly archived?: boolean;
  }[];
}
