/**
 * Mutations that no proof can notice, because no request exists that they would let through. Whoever adds to this list
 * explains why.
 */
export interface ExplainedSurvivor {
  readonly row: string;
  readonly what: string;
  readonly why: string;
}

const CALLER_ACCOUNT =
  "the role's ARN in aws:PrincipalArn names the account already, so no principal of another account can carry it; the condition stays, because AWS and analysers tell a public key policy by it";

const ANYBODY =
  "aws:PrincipalArn still names the runner roles of other accounts one by one, and across accounts a role needs its own identity policy as well, whether the key policy names everybody or its account";

const ADDS_NOBODY =
  "a call that adds nobody is allowed by WithdrawSnapshots in any case; the condition stays, because ForAllValues is true where there is no value, and readers of the policy should not have to know it";

export const EXPLAINED_SURVIVORS: readonly ExplainedSurvivor[] = [
  ...["AutoScalingGrantsToEbs", "AutoScalingMakesVolumes", "AutoScalingUses"].map((row) => ({
    row,
    what: "without the condition StringEquals kms:CallerAccount",
    why: CALLER_ACCOUNT,
  })),
  ...["CopiersDescribe", "CopiersGrantToEbs", "CopiersUseThroughEc2"].map((row) => ({
    row,
    what: 'with Principal "*"',
    why: ANYBODY,
  })),
  { row: "ShareSnapshots", what: "without the condition Null ec2:Add/userId", why: ADDS_NOBODY },
];
