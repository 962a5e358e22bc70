/** The numbers of a run. The user can set all of them; none is a constant in a loop. */
export interface Settings {
  /** Shortest and longest pause between two checks of the copies of one account and Region. */
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
  /** The maximum age of a copy's reported progress, if nothing else requires reading its snapshots. */
  readonly progressSeconds: number;
  /** How long AWS's Describe calls may not return a created resource (eventual consistency). */
  readonly settleSeconds: number;
  /** A copy that was started and is not returned for this long counts as missing. */
  readonly missingAfterSeconds: number;
  /** How long Parameter Store may take to validate a published image. */
  readonly publishTimeoutSeconds: number;
  /** Pause between two checks of parameters that are being validated. */
  readonly publishLookSeconds: number;
  /** Pause between two checks of a group whose instances are being replaced. */
  readonly refreshLookSeconds: number;
  /** Duration of the run lease; it is renewed three times in this time. */
  readonly leaseSeconds: number;
  /** Pause between two checks of a lease that another run holds. */
  readonly leaseLookSeconds: number;
  /** Copies in progress at the same time in one account and Region. @default - the quota of each from Service Quotas */
  readonly maxCopiesPerPlace?: number;
  /**
   * The same if Service Quotas does not have it. Source: EBS user guide, "Quotas for Amazon EBS" (concurrent snapshot
   * copies per destination Region).
   */
  readonly documentedCopiesPerPlace: number;
  /**
   * Concurrent image copies that AWS accepts, regardless of snapshot copies; Service Quotas does not list this quota.
   * Source: EC2 user guide, "Copy an Amazon EC2 AMI" (concurrent AMI copies per destination Region).
   */
  readonly documentedImageCopiesPerPlace: number;
  /** Shortest and longest pause after AWS has refused a copy because too many are in progress. */
  readonly quotaPauseSeconds: number;
  readonly quotaPauseMaxSeconds: number;
  /** How long such a refused copy is retried. */
  readonly quotaPatienceSeconds: number;
}

/** For AWS: copies take minutes to hours, responses lag by seconds. */
export const AWS_SETTINGS: Settings = {
  pollMinSeconds: 5,
  pollMaxSeconds: 120,
  progressSeconds: 120,
  settleSeconds: 15,
  missingAfterSeconds: 120,
  publishTimeoutSeconds: 300,
  publishLookSeconds: 30,
  refreshLookSeconds: 20,
  leaseSeconds: 600,
  leaseLookSeconds: 15,
  documentedCopiesPerPlace: 20,
  documentedImageCopiesPerPlace: 300,
  quotaPauseSeconds: 15,
  quotaPauseMaxSeconds: 240,
  quotaPatienceSeconds: 6 * 3600,
};

/** For a rehearsal, whose copies take seconds, and whose responses may lag by five seconds (`--consistency-lag 5`). */
export const REHEARSAL_SETTINGS: Settings = {
  ...AWS_SETTINGS,
  pollMinSeconds: 0.2,
  pollMaxSeconds: 1,
  progressSeconds: 1,
  settleSeconds: 6,
  missingAfterSeconds: 15,
  publishTimeoutSeconds: 60,
  publishLookSeconds: 0.5,
  refreshLookSeconds: 0.5,
  leaseSeconds: 60,
  leaseLookSeconds: 0.5,
  quotaPauseSeconds: 1,
  quotaPauseMaxSeconds: 5,
  quotaPatienceSeconds: 120,
};
