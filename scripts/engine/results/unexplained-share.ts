/** A share on something that Keyferry touches, of which no record says that a run has made it. */
export interface UnexplainedShare {
  readonly kind: "image" | "snapshot" | "db-snapshot";
  readonly id: string;
  /** 12 digits; who owns it. */
  readonly account: string;
  readonly region: string;
  /** 12 digits; an account that is or was the topology's. */
  readonly sharedWith: string;
  /** Whether that account has left the topology. @default false */
  readonly hasLeft?: boolean;
}
