/** A share on a resource that Keyferry touches, without a record that a run made it. */
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
