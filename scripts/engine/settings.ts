/** The numbers of a run. All of them can be set by the user; none is a constant in a loop. */
export interface Settings {
  /** Shortest and longest pause between two checks of the copies of one account and Region. */
  readonly pollMinSeconds: number;
  readonly pollMaxSeconds: number;
  /** How old the progress that is told of a copy may become while nothing else calls for a look at its snapshots. */
  readonly progressSeconds: number;
  /** How far AWS's Describe answers may lag behind what was created. */
  readonly settleSeconds: number;
  /** A copy that was started and cannot be seen for so long counts as missing. */
  readonly missingAfterSeconds: number;
  /** How long Parameter Store may take to validate a published image. */
  readonly publishTimeoutSeconds: number;
  /** Pause between two looks at parameters that are being validated. */
  readonly publishLookSeconds: number;
  /** Pause between two looks at a group whose instances are being replaced. */
  readonly refreshLookSeconds: number;
  /** Life of the run lease; renewed three times in it. */
  readonly leaseSeconds: number;
  /** Pause between two looks at a lease that another run holds. */
  readonly leaseLookSeconds: number;
  /** Copies in progress at the same time in one account and Region. @default - what Service Quotas tells of each */
  readonly maxCopiesPerPlace?: number;
  /**
   * The same where Service Quotas does not tell it. Source: EBS user guide, "Quotas for Amazon EBS" (concurrent snapshot
   * copies per destination Region).
   */
  readonly documentedCopiesPerPlace: number;
  /**
   * Copies of images that AWS takes at once, however many of snapshots; Service Quotas does not know this quota.
   * Source: EC2 user guide, "Copy an Amazon EC2 AMI" (concurrent AMI copies per destination Region).
   */
  readonly documentedImageCopiesPerPlace: number;
  /** Shortest and longest pause after AWS has refused a copy because too many are in progress. */
  readonly quotaPauseSeconds: number;
  readonly quotaPauseMaxSeconds: number;
  /** How long a copy is tried that AWS refuses so. */
  readonly quotaPatienceSeconds: number;
}

/** For AWS: copies take minutes to hours, answers lag by seconds. */
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

/** For a rehearsal, whose copies take seconds, and whose answers may lag behind by five (`--consistency-lag 5`). */
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
