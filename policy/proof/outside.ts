/** Something that belongs to nobody in the topology. */
export interface Outside {
  /** 12-digit id of an account that the topology does not know. */
  readonly account: string;
  /** A Region in which the topology does nothing. */
  readonly region: string;
}

/** Names of ours are told by this from names that a topology might really have. */
export const NOBODY = "NOBODY";
