/** An account and a Region that are not in the topology. */
export interface Outside {
  /** 12-digit id of an account that is not in the topology. */
  readonly account: string;
  /** A Region that the topology does not use. */
  readonly region: string;
}

/** Marks made-up names, to distinguish them from names that a topology might really have. */
export const NOBODY = "NOBODY";
