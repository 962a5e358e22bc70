import { purposeOf, type Attribution } from "../../../../scripts/commands/audit/attribution";
import type { KeyUse } from "../../../../scripts/engine/results";

const HOME = "arn:aws:kms:eu-central-1:222222222222:key/home";
const TRANSIT = "arn:aws:kms:eu-west-1:111111111111:key/transit";
const RUNNER = "arn:aws:iam::222222222222:role/keyferry-acme-runner";
const SESSION = "arn:aws:sts::222222222222:assumed-role/keyferry-acme-runner/keyferry-1";
const EC2 = "AWS Internal";
const NODE = "web/final/prod/eu-central-1";

const KNOWN: Attribution = {
  nodeOfSnapshot: new Map([["snap-copy", NODE]]),
  unread: new Set(["333333333333"]),
  runnerRoles: new Set([RUNNER]),
  made: [{ node: NODE, session: SESSION, keyArn: HOME, sourceRegion: "eu-west-1" }],
};

function use(by: KeyUse["by"], resource?: string, keyArn = HOME): KeyUse {
  return {
    ...{ at: "2026-11-29T12:00:00Z", operation: "Decrypt", key: "prod/eu-central-1/home", keyArn, by },
    encryptionContext: resource === undefined ? {} : { "aws:ebs:id": resource },
    ...{ seenIn: ["222222222222"], eventIds: ["1"] },
  };
}

const runner = { type: "AssumedRole", account: "222222222222", arn: SESSION, roleArn: RUNNER };
const alice = {
  ...{ type: "AssumedRole", account: "222222222222", roleArn: "arn:aws:iam::222222222222:role/admin" },
  arn: "arn:aws:sts::222222222222:assumed-role/admin/alice",
};
const ebs = {
  ...{ type: "AssumedRole", account: "222222222222" },
  arn: "arn:aws:sts::222222222222:assumed-role/aws:ec2-infrastructure/i-0123456789abcdef0",
};

test.each<[string, KeyUse]>([
  ["by EC2, for a snapshot of a copy, on behalf of any caller", use({ ...alice, through: EC2 }, "snap-copy")],
  ["by EBS through a grant, for a snapshot of a copy", use(ebs, "snap-copy")],
  ["by EC2 for a run that made a copy under the key", use({ ...runner, through: EC2 }, "snap-gone")],
  [
    "by EC2 for a run that made a copy from a source under the key",
    use({ ...runner, through: EC2 }, "snap-gone", TRANSIT),
  ],
])("a use belongs to a copy: %s", (_what, given) => {
  expect(purposeOf(given, KNOWN)).toEqual({ for: "copies", nodes: [NODE] });
});

test.each<[string, KeyUse]>([
  ["by EC2 for a volume", use({ ...alice, through: EC2 }, "vol-1")],
  ["by EBS through a grant, for an instance's volume", use(ebs, "vol-1")],
])("a use belongs to a launch of the key's own account: %s", (_what, given) => {
  expect(purposeOf(given, KNOWN)).toEqual({ for: "launch" });
});

test.each<[string, KeyUse]>([
  ["by another principal directly", use(alice, "snap-copy")],
  ["by the runner role, not through EC2", use(runner, "snap-copy")],
  [
    "by EC2 for a run that made no copy with the key",
    use({ ...runner, arn: `${SESSION}2`, through: EC2 }, "snap-gone"),
  ],
  ["by EC2 for another account's volume", use({ ...alice, account: "444444444444", through: EC2 }, "vol-1")],
  ["by EC2 for an unrelated snapshot", use({ ...alice, through: EC2 }, "snap-other")],
  ["by another service", use({ ...alice, through: "secretsmanager.amazonaws.com" })],
])("a use belongs to no copy and no launch: %s", (_what, given) => {
  expect(purposeOf(given, KNOWN)).toEqual({ for: "other" });
});

test("a use recorded only in an account whose history could not be read is unknown", () => {
  const external = { type: "AWSAccount", account: "333333333333", through: EC2 };
  expect(purposeOf(use(external, "snap-gone", TRANSIT), KNOWN)).toEqual({ for: "unknown" });
});
