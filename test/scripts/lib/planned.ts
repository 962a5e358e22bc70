import type { Plan, PlannedCopy, PlannedRule } from "../../../scripts/engine/results";

/** A copy that would be made directly from the source image. */
export function plannedCopy(change: Partial<PlannedCopy> = {}): PlannedCopy {
  const { accountName = "prod", region = "eu-central-1", fromRegion = "eu-west-1", dataGiB = 10 } = change;
  return {
    node: `web/final/${accountName}/${region}`,
    role: "final",
    account: "222222222222",
    accountName,
    region,
    keyAlias: "alias/keyferry/acme/home",
    from: "ami-source",
    fromRegion,
    sets: [],
    differences: [],
    retires: [],
    action: "copy",
    dataGiB,
    crossRegionGiB: fromRegion === region ? 0 : dataGiB,
    ...change,
  };
}

/** A rule whose image has one volume of 10 GiB. */
export function plannedRule(copies: readonly PlannedCopy[], change: Partial<PlannedRule> = {}): PlannedRule {
  return {
    rule: "web",
    sourceImageId: "ami-source",
    sourceImageName: "web-1",
    sourceAccount: "111111111111",
    sourceAccountName: "builder",
    sourceRegion: "eu-west-1",
    pinned: false,
    because: "every snapshot is unencrypted; 2 accounts want it",
    sizeGiB: 10,
    dataGiB: 10,
    largestGiB: 10,
    snapshots: 1,
    copies,
    shares: [],
    actions: [],
    ...change,
  };
}

/** A plan with only rules. */
export function planOf(rules: readonly PlannedRule[], change: Partial<Plan> = {}): Plan {
  return {
    topology: "acme",
    rules,
    unknown: [],
    unproved: [],
    refusals: [],
    counts: { unknown: 0, copy: 0, transit: 0, again: 0, wait: 0, change: 0, differ: 0, stand: 0, remove: 0 },
    crossRegionGiB: 0,
    crossRegion: [],
    savedGiB: 0,
    pressure: [],
    ...change,
  };
}
